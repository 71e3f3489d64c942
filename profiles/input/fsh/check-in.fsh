// Check-ins: the questions, asked once in one merged call, and the rules that give them a color.
// Questions and rules after published heart-failure zone sheets and long-term-care glucose tables, worded by us.

Alias: CHECKIN = https://carefhir.org/fhir/CodeSystem/check-in-item
Alias: ANSWER = https://carefhir.org/fhir/CodeSystem/check-in-answer
Alias: COLOR = https://carefhir.org/fhir/CodeSystem/check-in-triage

CodeSystem: CheckInAnswer
Id: check-in-answer
Title: "Answers of a check-in"
Description: "How a question of a check-in is answered. 'Don't know' is no answer: no rule takes it for a no, and no check-in that has one is green."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/check-in-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/check-in-answer"
* ^property[0].code = #codes
* ^property[0].type = #string
* ^property[0].description = "Codes of other systems that mean it, as system|code, separated by spaces"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "Words that mean it if they are the whole answer, separated by semicolons"
* ^property[2].code = #turned
* ^property[2].type = #string
* ^property[2].description = "Words that turn a question round, so that yes means no: where one stands in the question as it was put and not in ours, its answer is not understood; 'not able' is no 'able'"
* ^property[3].code = #notTurned
* ^property[3].type = #string
* ^property[3].description = "Words in a question that hold such a word and turn nothing"
* #yes "Yes" "It is so."
* #yes ^property[0].code = #codes
* #yes ^property[0].valueString = "http://loinc.org|LA33-6 http://snomed.info/sct|373066001 http://terminology.hl7.org/CodeSystem/v2-0136|Y http://terminology.hl7.org/CodeSystem/v2-0532|Y"
* #yes ^property[1].code = #words
* #yes ^property[1].valueString = "yes; y; yes (qualifier value); yeah; yep; yes i do; yes i am; yes it is; yes there is; true; si; sí"
* #yes ^property[2].code = #turned
* #yes ^property[2].valueString = "free of; free from; no; not; without; never; none; absence of; absent; deny; denies; gone; resolved; able; rid of; not able; unable; sin; libre de; no tiene; ninguna; ningún"
* #yes ^property[3].code = #notTurned
* #yes ^property[3].valueString = "yes/no; yes / no; yes or no; y/n; sí/no; sí o no"
* #no "No" "It is not so."
* #no ^property[0].code = #codes
* #no ^property[0].valueString = "http://loinc.org|LA32-8 http://snomed.info/sct|373067005 http://terminology.hl7.org/CodeSystem/v2-0136|N http://terminology.hl7.org/CodeSystem/v2-0532|N"
* #no ^property[1].code = #words
* #no ^property[1].valueString = "no; n; no (qualifier value); nope; no, not today; no, thank you; none; never; not at all; no i don't; no i do not; no i'm not; no i am not; false; nothing; nothing else"
* #dont-know "Don't know" "Not known, or not said: no answer."
* #dont-know ^property[0].code = #codes
* #dont-know ^property[0].valueString = "http://loinc.org|LA12688-0 http://loinc.org|LA15940-2 http://snomed.info/sct|261665006 http://snomed.info/sct|373068000 http://terminology.hl7.org/CodeSystem/v2-0532|UNK http://terminology.hl7.org/CodeSystem/v2-0532|ASKU http://terminology.hl7.org/CodeSystem/v2-0532|NASK http://terminology.hl7.org/CodeSystem/v3-NullFlavor|UNK http://terminology.hl7.org/CodeSystem/v3-NullFlavor|ASKU http://terminology.hl7.org/CodeSystem/v3-NullFlavor|NASK http://terminology.hl7.org/CodeSystem/v3-NullFlavor|NI http://terminology.hl7.org/CodeSystem/data-absent-reason|unknown http://terminology.hl7.org/CodeSystem/data-absent-reason|asked-unknown http://terminology.hl7.org/CodeSystem/data-absent-reason|asked-declined http://terminology.hl7.org/CodeSystem/data-absent-reason|not-asked"
* #dont-know ^property[1].code = #words
* #dont-know ^property[1].valueString = "don't know; dont know; do not know; not sure; unsure; unknown; i don't know; i dont know; ?; no se; no sé"

ValueSet: CheckInAnswerCodes
Id: check-in-answer
Title: "Answers of a check-in: all codes"
Description: "Every code of answers of a check-in."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/check-in-answer"
* include codes from system CheckInAnswer

RuleSet: Asked(code, display, definition)
* #{code} {display} {definition}

RuleSet: Symptom(code, display, definition, symptom)
* #{code} {display} {definition}
* #{code} ^property[0].code = #symptom
* #{code} ^property[0].valueCode = #{symptom}

CodeSystem: CheckInItem
Id: check-in-item
Title: "Items of a check-in"
Description: "What a check-in asks where we know of no LOINC code, and its result. Items with the same 'symptom' ask for one symptom in two ways and count once."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/check-in-item"
* insert Sourced(^, D, "Which questions ask for one and the same symptom is our default: a new pillow and breathlessness when lying flat are both orthopnea.")
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/check-in-item"
* ^property[0].code = #symptom
* ^property[0].type = #code
* ^property[0].description = "The symptom that a yes means; questions with the same symptom count once"
* ^property[1].code = #quantity
* ^property[1].type = #code
* ^property[1].description = "What is measured (CodeSystem measured-quantity), for a number without a LOINC code of its own"
* insert Asked(check-in, "check-in", "A planned contact between visits: the whole form.")
* insert Asked(triage, "check-in triage", "The color that is the result of a check-in.")
* insert Asked(weighed-at, "when weighed", "When the weight was taken; the time of the answers if nothing is said.")
* insert Asked(same-scale, "same scale", "Weighed on the same scale as before.")
* insert Asked(breath-at-rest, "breathless at rest", "Short of breath while sitting still.")
* insert Symptom(breath-walking, "more breathless walking", "More short of breath than usual when walking or climbing stairs.", worse-breath)
* insert Symptom(breath-lying, "breathless lying flat", "Short of breath when lying flat.", orthopnoea)
* insert Symptom(new-pillow, "more pillows", "Needs more pillows than usual to sleep.", orthopnoea)
* insert Symptom(woken-breathless, "woken breathless", "Woken by shortness of breath.", woken-breathless)
* insert Symptom(swelling, "swelling", [["More swelling in feet, legs or belly."]], swelling)
* insert Symptom(dizzy, "dizzy", "Dizzy or lightheaded.", dizziness)
* insert Asked(fainted, "fainted", [["Fainted, or nearly."]])
* insert Asked(chest-pain, "chest pain", "Chest pain or pressure.")
* insert Asked(pink-froth, "pink froth", "Coughing up pink or frothy phlegm.")
* insert Asked(heart-racing, "fast or irregular heartbeat", "A new fast or irregular heartbeat.")
* insert Asked(confused, "new confusion", "More confused than usual.")
* insert Asked(missed-water-pill, "missed water pill", "A water pill was missed.")
* insert Asked(pain-pill-or-salt-substitute, "ibuprofen or salt substitute", [["Took ibuprofen, naproxen or the like, or uses a salt substitute."]])
* insert Asked(glucose-lowest, "lowest glucose in 7 days", "The lowest glucose of the last 7 days.")
* #glucose-lowest ^property[0].code = #quantity
* #glucose-lowest ^property[0].valueCode = #glucose
* insert Asked(glucose-highest, "highest glucose in 7 days", "The highest glucose of the last 7 days.")
* #glucose-highest ^property[0].code = #quantity
* #glucose-highest ^property[0].valueCode = #glucose
* insert Asked(meter-hi, "meter showed HI", "The meter showed HI in the last 24 hours.")
* insert Asked(low-unresponsive, [["low, not themselves"]], [["With a low: could not be woken, confused, or could not swallow."]])
* insert Asked(low-helped, [["low, helped by someone"]], "Someone had to help with a low.")
* insert Asked(lows-in-a-row, "lows in a row", [["Under 70 twice in a row, or still under 70 after treating it."]])
* insert Asked(high-two-days, "very high on two days", "Over 300 on two days in a row.")
* insert Asked(high-twice-in-a-day, "high twice in a day", "Over 250 twice within 24 hours.")
* insert Symptom(vomiting, "vomiting", "Vomiting or diarrhea today.", vomiting)
* insert Asked(vomiting-over-6-hours, "vomiting over 6 hours", "Vomiting or diarrhea for more than 6 hours.")
* insert Symptom(belly-pain, "belly pain", "New belly pain.", belly-pain)
* insert Symptom(fast-breathing, "fast breathing", "Breathing fast or deep without a reason.", fast-breathing)
* insert Symptom(thirst, "thirst", [["Very thirsty, or passing much more urine than usual."]], thirst)
* insert Asked(not-eating, "not eating", "Not able to eat.")
* insert Asked(cannot-take-medicine, "cannot take medicine", "Not able to take or keep down diabetes medicine.")
* insert Asked(missed-blood-thinner, "missed blood thinner", [["A blood thinner (such as warfarin, Eliquis or Xarelto) was missed."]])
* insert Asked(missed-diabetes-medicine, "missed diabetes medicine", "Diabetes medicine was missed.")
* insert Asked(cannot-afford-medicine, "cannot afford medicine", "Medicine or supplies cost more than the person can pay.")
* insert Asked(out-of-supplies, "out of strips or medicine", [["Out of test strips, insulin or other diabetes medicine, or about to be."]])
* insert Asked(foot-infected, "infected foot", [["A sore on a foot that is red, warm, swollen, smells or drains."]])
* insert Asked(skin-break, "skin break on a foot", [["A new blister, cut or sore on a foot."]])
* insert Asked(skipping-meals, "skipping meals for money", "Skipping meals because money runs short.")
* insert Asked(thoughts-of-death, "thoughts of death", [["Thoughts of being better off dead, or of hurting oneself."]])
* insert CheckInItemsOfLungs
* insert CheckInItemsOfPressure
* insert CheckInItemsOfKidneys
* insert CheckInItemsOfMood
* insert CheckInItemsOfFalls
* insert CheckInItemsOfComfort
* insert Asked(own-words, "own words", [["What the person wants to say, in their own words."]])

ValueSet: CheckInItemCodes
Id: check-in-item
Title: "Items of a check-in: all codes"
Description: "Every code of items of a check-in."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/check-in-item"
* include codes from system CheckInItem

// ---- questions

RuleSet: YesNo(id, text)
* item[+].linkId = "{id}"
* item[=].code = CHECKIN#{id}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true
* item[=].answerOption[+].valueCoding = ANSWER#yes "Yes"
* item[=].answerOption[+].valueCoding = ANSWER#no "No"
* item[=].answerOption[+].valueCoding = ANSWER#dont-know "Don't know"

RuleSet: Maybe(id, text)
* insert YesNo({id}, [[{text}]])
* item[=].required = false

RuleSet: Number(id, system, code, text)
* item[+].linkId = "{id}"
* item[=].code = {system}#{code}
* item[=].text = {text}
* item[=].type = #quantity
* item[=].required = false

RuleSet: Unit(ucum, display)
* item[=].extension[+].url = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption"
* item[=].extension[=].valueCoding = UCUM#{ucum} {display}

// A number that may be filled in from the record before anybody is asked, while it is this fresh. After SDC's
// observation-based population. No question about danger, and none that is answered with yes or no, is ever filled in.
RuleSet: FilledFrom(hours, text)
* item[=].extension[+].url = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationLinkPeriod"
* item[=].extension[=].valueDuration = {hours} 'h' "hours"
* insert Sourced(item[=]., D, [[{text}]])

RuleSet: CheckIn(id, name, title)
* insert Artefact(Questionnaire, {id}, {name}, [[{title}]])
* version = "0.2.0"
* subjectType = #Patient
* code = CHECKIN#check-in
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #anyone
* copyright = "Questions worded by carefhir; Apache License 2.0. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."

RuleSet: HeartQuestions
* insert Number(weight, LNC, 29463-7, "Today's weight")
* insert Unit([lb_av], "lb")
* insert Unit(kg, "kg")
* insert FilledFrom(12, [["A weight of the last 12 hours is filled in from the record for somebody to confirm: our default, today's morning weight."]])
* item[+].linkId = "weighed-at"
* item[=].code = CHECKIN#weighed-at
* item[=].text = "When was that? (the time of this call if nothing is said)"
* item[=].type = #dateTime
* insert Maybe(same-scale, "On the same scale as before?")
* insert YesNo(breath-at-rest, "Are you short of breath while sitting still?")
* insert YesNo(breath-walking, "Are you more short of breath than usual when walking or climbing stairs?")
* insert YesNo(breath-lying, "Are you short of breath when you lie flat?")
* insert YesNo(new-pillow, "Do you need more pillows than usual to sleep?")
* insert YesNo(woken-breathless, "Did shortness of breath wake you at night?")
* insert YesNo(swelling, [["Is there more swelling in your feet, legs or belly?"]])
* insert YesNo(dizzy, "Are you dizzy or lightheaded?")
* insert YesNo(fainted, [["Did you faint, or nearly?"]])
* insert YesNo(chest-pain, "Do you have chest pain or pressure?")
* insert YesNo(pink-froth, "Do you cough up pink or frothy phlegm?")
* insert YesNo(heart-racing, "Is your heartbeat newly fast or irregular?")
* insert YesNo(missed-water-pill, "Did you miss a water pill in the last few days?")
* insert YesNo(pain-pill-or-salt-substitute, [["Did you take ibuprofen, naproxen or the like, or do you use a salt substitute?"]])
* insert Number(systolic, LNC, 8480-6, [["Blood pressure, the upper number"]])
* insert Unit(mm[Hg], "mmHg")
* insert FilledFrom(12, [["A blood pressure of the last 12 hours: our default."]])
* insert Number(diastolic, LNC, 8462-4, [["Blood pressure, the lower number"]])
* insert Unit(mm[Hg], "mmHg")
* insert FilledFrom(12, [["A blood pressure of the last 12 hours: our default."]])
* insert Number(heart-rate, LNC, 8867-4, "Heart rate")
* insert Unit(/min, "per minute")
* insert FilledFrom(12, [["A heart rate of the last 12 hours: our default."]])

RuleSet: SharedQuestions
* insert YesNo(confused, [["Are you (or: is the person) more confused than usual?"]])
* insert YesNo(missed-blood-thinner, [["Did you miss a blood thinner (such as warfarin, Eliquis or Xarelto) in the last few days?"]])
* insert YesNo(cannot-afford-medicine, "Do medicine or supplies cost more than you can pay?")

RuleSet: DiabetesQuestions
* insert Number(glucose, LNC, 2339-0, [["Your sugar now, if you have just measured it"]])
* insert Unit(mg/dL, "mg/dL")
* insert Unit(mmol/L, "mmol/L")
* insert FilledFrom(1, [["A glucose of the last hour: our default, for the question is about now."]])
* insert Number(glucose-lowest, CHECKIN, glucose-lowest, "What was your lowest sugar in the last 7 days?")
* insert Unit(mg/dL, "mg/dL")
* insert Unit(mmol/L, "mmol/L")
* insert Number(glucose-highest, CHECKIN, glucose-highest, "What was your highest sugar in the last 7 days?")
* insert Unit(mg/dL, "mg/dL")
* insert Unit(mmol/L, "mmol/L")
* insert YesNo(meter-hi, "Did the meter show HI in the last 24 hours?")
* insert YesNo(low-unresponsive, [["When your sugar was low, could you not be woken, or were you confused, or not able to swallow?"]])
* insert YesNo(low-helped, "Did someone have to help you with a low?")
* insert YesNo(lows-in-a-row, [["Was your sugar under 70 twice in a row, or still under 70 after treating it?"]])
* insert YesNo(high-two-days, "Was your sugar over 300 on two days in a row?")
* insert YesNo(high-twice-in-a-day, "Was your sugar over 250 twice within 24 hours?")
* insert YesNo(vomiting, "Do you have vomiting or diarrhea today?")
* insert YesNo(vomiting-over-6-hours, "Has it gone on for more than 6 hours?")
* insert YesNo(belly-pain, "Do you have new belly pain?")
* insert YesNo(fast-breathing, "Do you breathe fast or deep without a reason?")
* insert YesNo(thirst, [["Are you very thirsty, or passing much more urine than usual?"]])
* insert YesNo(not-eating, "Are you not able to eat?")
* insert YesNo(cannot-take-medicine, "Are you not able to take your diabetes medicine or keep it down?")
* insert YesNo(missed-diabetes-medicine, "Did you miss diabetes medicine in the last few days?")
* insert YesNo(out-of-supplies, [["Are you out of strips, insulin or other diabetes medicine, or about to be?"]])
* insert YesNo(foot-infected, [["Is there a sore on a foot that is red, warm, swollen, smells or drains?"]])
* insert YesNo(skin-break, [["Is there a new blister, cut or sore on a foot?"]])
* insert YesNo(skipping-meals, "Do you skip meals because money runs short?")

RuleSet: LastQuestions
* item[+].linkId = "thoughts-of-death"
* item[=].code[0] = LNC#44260-8
* item[=].code[1] = CHECKIN#thoughts-of-death
* item[=].text = "If you want to ask: over the last 2 weeks, how often has the person been bothered by thoughts that they would be better off dead or of hurting themselves in some way?"
* item[=].type = #choice
* item[=].required = false
* insert Option(LA6568-5, "Not at all", 0)
* insert Option(LA6569-3, "Several days", 1)
* insert Option(LA6570-1, "More than half the days", 2)
* insert Option(LA6571-9, "Nearly every day", 3)
* item[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/safety-item"
* item[=].extension[=].extension[+].url = "above"
* item[=].extension[=].extension[=].valueInteger = 0
* item[=].extension[=].extension[+].url = "positive"
* item[=].extension[=].extension[=].valueCode = #self-harm-item-positive
* item[=].extension[=].extension[+].url = "unanswered"
* item[=].extension[=].extension[=].valueCode = #self-harm-item-unanswered
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "better off dead"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "hurting yourself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "hurting themselves"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "killing yourself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "suicid"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "wished you were dead"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "wish to be dead"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "self harm"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "harming yourself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "mejor muerto"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "lastimarse"
* item[=].extension[=].extension[+].url = "instruction"
* item[=].extension[=].extension[=].valueMarkdown = "Say it, or show it to a person alone with this form: call or text 988 now, at any hour; in danger, 911. Before this contact ends, a licensed clinician asks a suicide screener (for example the C-SSRS). Intent, a plan, or behavior within the last 3 months is an emergency: call 911, stay with the person or on the line, tell the provider now. Any other positive answer: evaluation by a licensed clinician and a safety plan the same day. Never leave this for the next business day."
* item[=].extension[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* item[=].extension[=].extension[=].extension[0].url = "text"
* item[=].extension[=].extension[=].extension[0].valueString = "Columbia Lighthouse Project, C-SSRS triage guidance: intent, plan or recent behavior needs immediate action; 988 Suicide & Crisis Lifeline. Item wording: PHQ-9, Pfizer, no permission required."
* item[=].extension[=].extension[=].extension[1].url = "mark"
* item[=].extension[=].extension[=].extension[1].valueCode = #V
* item[+].linkId = "own-words"
* item[=].code = CHECKIN#own-words
* item[=].text = "Anything else, in the person's own words"
* item[=].type = #text

Instance: check-in-heart-failure
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-heart-failure, CheckInHeartFailure, "Check-in: heart failure")
* description = "What to ask someone with heart failure between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions after published heart-failure zone sheets (American Heart Association and hospital sheets: weight, breath, pillows, swelling, dizziness, chest pain, confusion); wording and choice are ours."]])
* insert HeartQuestions
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-diabetes-type-2
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-diabetes-type-2, CheckInDiabetesType2, "Check-in: type 2 diabetes")
* description = "What to ask someone with type 2 diabetes between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions after glucose tables for long-term care (PMC7428662) and the ADA's sick-day advice; wording and choice, and their use at home, are ours."]])
* insert DiabetesQuestions
* insert SharedQuestions
* insert LastQuestions

Instance: check-in
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in, CheckInMerged, [["Check-in: heart failure, type 2 diabetes, high blood pressure and depression"]])
* description = "One call for someone with these four, which often come together: the questions of their forms, each asked once. For other sets of conditions a form is composed in the same way."
* insert Sourced(, D, "The questions of four forms; one merged call per patient is our rule.")
* insert HeartQuestions
* insert SharedQuestions
* insert DiabetesQuestions
* insert PressureQuestions
* insert MoodQuestions
* insert LastQuestions

// ---- rules

RuleSet: CheckInRules(id, name, title, form)
* insert RulesOfCheckIn({id}, {name}, [[{title}]])
* relatedArtifact[+].type = #depends-on
* relatedArtifact[=].resource = "https://carefhir.org/fhir/Questionnaire/{form}"

RuleSet: RulesOfCheckIn(id, name, title)
* insert Artefact(PlanDefinition, {id}, {name}, [[{title}]])
* version = "0.2.0"
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#eca-rule
* effectivePeriod.start = "2026-01-01"

RuleSet: HoldsFor(expression)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/applies"
* extension[=].valueExpression.language = #text/fhirpath
* extension[=].valueExpression.expression = {expression}

RuleSet: Gives(id, color, title, expression, mark, source)
* action[+].id = "{id}"
* action[=].title = {title}
* action[=].code = COLOR#{color}
* action[=].condition.kind = #applicability
* action[=].condition.expression.language = #text/fhirpath
* action[=].condition.expression.expression = {expression}
* insert Sourced(action[=]., {mark}, [[{source}]])

RuleSet: Do911(id, title, expression, mark, source)
* insert Gives({id}, emergency, [[{title}]], [[{expression}]], {mark}, [[{source}]])
* action[=].description = "An emergency: 911 first, then the provider. The Task only records the call."
* action[=].textEquivalent = "Tell the person who answers to call 911 now, or call for them. Stay on the line until help is there. Then tell the provider at once."

RuleSet: DoRed(id, title, expression, mark, source)
* insert Gives({id}, red-urgent, [[{title}]], [[{expression}]], {mark}, [[{source}]])
* action[=].description = "Red, urgent: the supervising or on-call provider is reached by voice today and acknowledges it."
* action[=].textEquivalent = "Reach the supervising or on-call provider by voice today and have it acknowledged. If it gets worse in the meantime: 911."

RuleSet: DoYellow(id, title, expression, mark, source)
* insert Gives({id}, yellow, [[{title}]], [[{expression}]], {mark}, [[{source}]])
* action[=].description = "Yellow: a nurse calls the same day; the provider is told if it is not settled in one business day."

RuleSet: DoGreen(id, title, expression, mark, source)
* insert Gives({id}, green, [[{title}]], [[{expression}]], {mark}, [[{source}]])
* action[=].description = "What green needs, beside that nothing is found. Every one of these must hold; without it the result is cannot-say, never green."

Instance: check-in-rules-heart-failure
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-heart-failure, CheckInRulesHeartFailure, "Check-in rules: heart failure", check-in-heart-failure)
* description = "What the answers of a check-in mean in heart failure. Rules are asked in this order; a rule may ask which earlier rules hold ('holding'). Pounds are parameters: a site can ship its own version."
* insert ComparisonsCheckInRulesHeartFailure
* insert HoldsFor("'heart-failure' in conditions_or_concerns or 'heart-failure-reduced' in conditions_or_concerns")
* insert Param(one-day-from-hours, 18, D, [["A gain in one day is counted against a weight 18 to 36 hours before: about the same time on the day before."]])
* insert Param(one-day-to-hours, 36, D, "A gain in one day is counted against a weight 18 to 36 hours before; the end equals the limit for a fresh weight.")
* insert Param(gap-to-hours, 96, D, [["If there is no weight in between, a gain since a weight up to 96 hours old may have come in one day, and is treated that way, to be careful."]])
* insert Param(seven-days-hours, 180, D, "A change in 7 days is counted against every weight of the last 7 days and 12 hours: no one is asked to weigh at the same hour every day.")
* insert Param(fourteen-days-hours, 348, D, [["A change in 14 days is counted against every weight of the last 14 days and 12 hours. A weight without any earlier one in that time has nothing to be compared with, and is not green."]])
* insert DoYellow(weight-1-day, "3 lb or more gained in a day", "weight_gain_1_day >= 3", V, "Published heart-failure zone sheets: 3 lb or more in a day.")
* insert DoYellow(weight-gap, [["3 lb or more gained since the last weight, with none in between"]], "weight_gain_since_last >= 3", D, [["Our default: without a weight in between, it may have come in a day."]])
* insert DoYellow(weight-gain-7-days, "5 lb or more gained in 7 days", "weight_gain_7_days >= 5", V, "Published heart-failure zone sheets: 5 lb or more in a week.")
* insert DoYellow(weight-gain-14-days, "10 lb or more gained in 14 days", "weight_gain_14_days >= 10", D, [["Our default: a gain too slow for the 7-day rule."]])
* insert DoYellow(weight-loss-7-days, "5 lb or more lost in 7 days", "weight_loss_7_days >= 5", V, [["Published heart-failure zone sheets, with loss as well as gain."]])
* insert DoYellow(weight-over-dry, "5 lb or more over the dry weight", "weight_over_dry >= 5", D, [["Our default, against the dry weight a prescriber recorded."]])
* insert DoYellow(weight-and-symptom, "2.0 to 2.9 lb gained in a day with a symptom", [["weight_gain_1_day >= 2 and weight_gain_1_day < 3 and (symptoms.exists() or 'heart-racing' in yes_to)"]], V, [["Published heart-failure zone sheets: 2 to 3 lb in a day; with a symptom: our table."]])
* insert DoYellow(symptom, "A symptom", [["symptoms.exists() or 'heart-racing' in yes_to"]], V, "Published heart-failure zone sheets: any one symptom of the yellow zone.")
* insert DoYellow(missed-water-pill, "A water pill was missed", "'missed-water-pill' in yes_to", D, [["Our default: without its water pill heart failure decompensates within days."]])
* insert DoYellow(pain-pill-or-salt-substitute, "Ibuprofen or a salt substitute", "'pain-pill-or-salt-substitute' in yes_to", K, [["From general knowledge: NSAIDs retain fluid, salt substitutes are potassium; check against a source."]])
* insert DoYellow(raised-pressure, "Blood pressure of 160 over 100 or more", [["systolic_highest >= 160 or diastolic_highest >= 100"]], D, [["Our default, below the level of a crisis."]])
* insert DoYellow(low-diastolic, "Diastolic pressure under 50", "diastolic_lowest < 50", D, "Our default.")
* insert DoYellow(no-weight-after-discharge, "2 days without a weight after discharge", "days_since_discharge <= 30 and days_without_weight >= 2", D, [["Our default; 'after discharge' means within 30 days, the period of a transition."]])
* insert DoRed(weight-and-congestion, [["The weight rule, and worse breath, orthopnea or swelling"]], [["holding.intersect('weight-1-day' | 'weight-gap' | 'weight-gain-7-days' | 'weight-gain-14-days' | 'weight-over-dry').exists() and symptoms_perhaps.intersect('worse-breath' | 'orthopnoea' | 'woken-breathless' | 'swelling').exists()"]], D, "Our default: weight and congestion together do not wait for tomorrow.")
* insert DoRed(two-symptoms, "2 or more symptoms", [["symptoms.count() >= 2"]], D, "Our default: two yellow symptoms together.")
* insert DoRed(low-pressure, "Systolic pressure under 90", "systolic_lowest < 90", K, "From general knowledge; check against a source.")
* insert DoRed(slow-heart, "Heart rate under 50", "heart_rate_lowest < 50", K, "From general knowledge; check against a source.")
* insert DoRed(fast-heart, "Heart rate over 120", "heart_rate_highest > 120", K, "From general knowledge; check against a source.")
* insert DoRed(very-high-pressure, "Blood pressure of 180 over 120 or more", [["systolic_highest >= 180 or diastolic_highest >= 120"]], K, [["From general knowledge (the limit commonly named for a hypertensive crisis); check against a source."]])
* insert Do911(breath-at-rest, "Breathless at rest", "'breath-at-rest' in yes_to", V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(chest-pain, "Chest pain or pressure", "'chest-pain' in yes_to", V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(fainted, "Fainted", "'fainted' in yes_to", V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(pink-froth, "Pink froth", "'pink-froth' in yes_to", V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(heart-racing, [["New fast or irregular heartbeat, with symptoms"]], [["'heart-racing' in yes_to and symptoms_perhaps.exists()"]], V, [["Published heart-failure zone sheets: red zone, call 911."]])
* insert Do911(very-high-pressure-and-ill, [["Blood pressure of 180 over 120 or more, with a symptom"]], [["(systolic_highest >= 180 or diastolic_highest >= 120) and (symptoms_perhaps.exists() or 'heart-racing' in yes_to)"]], K, [["From general knowledge (hypertensive emergency: with signs of harm to an organ); check against a source."]])
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
* insert DoGreen(green-weight, "A weight within 36 hours", "weight_age_hours <= 36", D, [["Our default, as for the zones: without a weight nobody can say."]])
* insert DoGreen(green-baseline, "An earlier weight of the last 14 days to compare it with", [["weight_gain_14_days.exists()"]], D, "Our default: a first weight says nothing about a gain.")
* insert DoGreen(green-scale, "A weight from the same scale as the one before", [["weight_given.empty() or 'same-scale' in yes_to"]], D, "Our default: two scales can differ by more than the limit.")
* insert DoGreen(green-weights-read, "Every weight on record that can be read", [["unread_weights.empty()"]], D, "Our default: an unread weight may be the one that counts.")

Instance: check-in-rules-diabetes-type-2
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-diabetes-type-2, CheckInRulesDiabetesType2, "Check-in rules: type 2 diabetes", check-in-diabetes-type-2)
* description = "What the answers of a check-in mean in type 2 diabetes. Rules are asked in this order. Glucose in mg/dL."
* insert ComparisonsCheckInRulesDiabetesType2
* insert HoldsFor("'diabetes-type-2' in conditions_or_concerns")
* insert DoYellow(single-low, "A single glucose under 70 that was treated", "lowest_glucose < 70", V, [["Long-term-care glucose tables (PMC7428662) and ADA: under 70 is a low; use at home is our default."]])
* insert DoYellow(near-low, [["70 to 100 on insulin or a sulfonylurea, older adult"]], [["(age >= 65 or age.empty()) and lowest_glucose >= 70 and lowest_glucose <= 100 and (medicine_count.empty() or classes_perhaps_taken.intersect('insulin' | 'sulfonylurea' | 'meglitinide' | 'glucose-lowering-unknown').exists())"]], V, [["Long-term-care glucose tables (PMC7428662) and ADA older adults; 65 as older adult and use at home are our default."]])
* insert DoYellow(high-without-symptoms, [["Over 250 twice in 24 hours, without symptoms"]], [["'high-twice-in-a-day' in yes_to and symptoms_perhaps.empty()"]], V, [["Long-term-care glucose tables (PMC7428662); use at home is our default."]])
* insert DoYellow(single-high, "A glucose of 300 or more", "highest_glucose >= 300", D, [["Our default: the table names two days over 300; a single one is called about."]])
* insert DoYellow(missed-diabetes-medicine, "Diabetes medicine was missed", "'missed-diabetes-medicine' in yes_to", D, [["Our default: missed insulin is at least yellow, and the question does not tell insulin from other medicine."]])
* insert DoYellow(out-of-supplies, "Out of strips or medicine", "'out-of-supplies' in yes_to", D, "Our default.")
* insert DoYellow(skin-break, "A skin break on a foot", "'skin-break' in yes_to", D, "Our default.")
* insert DoYellow(skipping-meals, "Skipping meals for money", "'skipping-meals' in yes_to", D, "Our default: too little food on glucose-lowering medicine is a danger of lows.")
* insert DoYellow(other-symptom, "A symptom that no other rule names", [["symptoms.exists()"]], D, [["Our default, beyond the table: someone who vomits or is very thirsty is never green."]])
* insert DoRed(very-low, "A glucose under 54", "lowest_glucose < 54", V, "ADA: under 54 is a level 2 low; use at home is our default.")
* insert DoRed(extreme-high, "A glucose of 400 or more", "highest_glucose >= 400", D, [["Our default, with or without symptoms."]])
* insert DoRed(assisted-low, "A low that someone had to help with", "'low-helped' in yes_to", V, "ADA: a low that needs help is level 3; use at home is our default.")
* insert DoRed(lows-in-a-row, "Consecutive glucose under 70", "'lows-in-a-row' in yes_to", V, [["Long-term-care glucose tables (PMC7428662); use at home is our default."]])
* insert DoRed(very-high-two-days, "Over 300 on 2 consecutive days", "'high-two-days' in yes_to", V, [["Long-term-care glucose tables (PMC7428662); use at home is our default."]])
* insert DoRed(high-with-symptoms, [["Over 250 twice in 24 hours, with new symptoms"]], [["'high-twice-in-a-day' in yes_to and symptoms_perhaps.exists()"]], V, [["Long-term-care glucose tables (PMC7428662); use at home is our default."]])
* insert DoRed(vomiting-long, "Vomiting or diarrhea for more than 6 hours", "'vomiting-over-6-hours' in yes_to", D, "After the ADA's sick-day advice; the limit is our default.")
* insert DoRed(not-eating, "Not eating", "'not-eating' in yes_to", D, "After the ADA's sick-day advice; our default.")
* insert DoRed(cannot-take-medicine, "Cannot take medicine", "'cannot-take-medicine' in yes_to", D, "After the ADA's sick-day advice; our default.")
* insert DoRed(foot-infected, "An infected foot", "'foot-infected' in yes_to", D, "Our default: the same day.")
* insert Do911(low-unresponsive, [["Unresponsive, confused or cannot swallow with a low"]], "'low-unresponsive' in yes_to", V, [["ADA: severe low; long-term-care tables (PMC7428662). Use at home is our default."]])
* insert Do911(confused, "New confusion: a low until a meter says otherwise", "'confused' in yes_to", D, [["Our default, beyond the table: confusion with diabetes is treated as a low until it is measured."]])
* insert Do911(meter-hi, "Meter showed HI", "'meter-hi' in yes_to", V, [["Long-term-care glucose tables (PMC7428662): meter HI; taken alone and at home by our default."]])
* insert Do911(very-high-and-ill, [["Over 300 with vomiting, confusion or fast breathing"]], [["highest_glucose > 300 and yes_to.intersect('vomiting' | 'vomiting-over-6-hours' | 'confused' | 'fast-breathing').exists()"]], V, [["Long-term-care glucose tables (PMC7428662) and ADA; use at home is our default."]])
* insert Do911(ketoacidosis-on-sglt2, [["SGLT2 inhibitor with vomiting, belly pain or deep, fast breathing, at any glucose"]], [["'sglt2-inhibitor' in classes_perhaps_taken and yes_to.intersect('vomiting' | 'vomiting-over-6-hours' | 'belly-pain' | 'fast-breathing').exists()"]], V, "ADA: ketoacidosis at near-normal glucose on SGLT2 inhibitors; use at home is our default.")
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
* insert DoGreen(green-readings, [["The lowest and the highest glucose, where a medicine can cause lows"]], [["(glucose_range_known.exists() and lowest_glucose.exists()) or (medicine_count.exists() and classes_perhaps_taken.intersect('insulin' | 'sulfonylurea' | 'meglitinide' | 'glucose-lowering-unknown').empty())"]], D, [["Our default: readings are asked of everyone who takes insulin, a sulfonylurea or a meglitinide, or may still take it because an order ended recently and no one says when."]])

Instance: check-in-rules-everyone
InstanceOf: PlanDefinition
Usage: #definition
* insert RulesOfCheckIn(check-in-rules-everyone, CheckInRulesEveryone, "Check-in rules: everyone")
* description = "What holds for every check-in, whatever the person has: medicines that must not be missed, and their own words. Own words that nobody has read count as what they may mean; they are never green."
* insert HoldsFor("true")
* insert DoYellow(missed-blood-thinner, "A blood thinner was missed", "'missed-blood-thinner' in yes_to", D, "Our default: a missed anticoagulant is at least yellow.")
* insert DoYellow(cannot-afford-medicine, "Medicine or supplies cost more than they can pay", "'cannot-afford-medicine' in yes_to", D, [["Our default: who cannot afford insulin, an anticoagulant or a water pill soon goes without; the question does not tell which, so all of them count."]])
* insert DoYellow(words-call-today, "Their own words: call today", "'call-today' in own_words_judged", D, "As judged by whoever read them.")
* insert DoRed(words-provider-today, [["Their own words: a provider hears of them today"]], "'provider-today' in own_words_judged", D, "As judged by whoever read them.")
* insert Do911(words-emergency, "Their own words: an emergency", "'emergency' in own_words_judged", D, "As judged by whoever read them.")
* insert Do911(words-alarm, [["Their own words may tell of an emergency, and nobody has read them yet"]], [["alarming_words.where($this != 'thoughts-of-death').exists()"]], D, "Our default: words of CodeSystem alarming-words count as what they may mean until somebody has read them.")
* insert DoGreen(green-understood, "Every answer understood", [["not_understood.empty()"]], D, "Our default: green needs proof.")
* insert DoGreen(green-words, [["Their own words read by a person"]], [["own_words.empty() or own_words_judged.exists()"]], D, "Our default: green needs proof.")

Instance: check-in-cadence
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(check-in-cadence, CheckInCadence, "Check-in cadence: when the next one is due and what follows each color")
* description = "Weekly four times, then by tier. The count starts again at enrollment and at each discharge. Without a tier on record: weekly."
* insert Param(weekly-first, 4, D, [["Contact weekly four times, then every two weeks, monthly or quarterly by tier: our default."]])
* insert Param(days-weekly, 7, D, "Contact weekly four times: our default.")
* insert Param(days-high, 14, D, [["High tier: every two weeks, our default."]])
* insert Param(days-rising, 30, D, [["Rising tier: monthly, our default."]])
* insert Param(days-low, 91, D, [["Low tier: quarterly, our default."]])
* insert Param(nurse-call-days, 0, V, [["Yellow: nurse contact the same day (published zone sheets say call today)."]])
* insert Param(inform-provider-business-days, 1, D, "Yellow: the provider is told if it is not settled in one business day: our default.")
* insert Param(ask-again-days, 0, D, [["Cannot say: a call the same day, our default."]])
* insert Param(next-after-pressing-days, 1, D, [["After red or emergency: the next day, also on a weekend; our default."]])
* insert Param(next-after-call-business-days, 1, D, [["After yellow, or where the check-in could not say: the next business day; our default."]])
* insert Param(answers-fresh-hours, 36, D, [["Answers older than this do not say how the person is today: our default, as for a weight."]])
* insert Param(office-opens-hour, 8, D, [["Between these hours on business days the care manager calls; at other times whoever is on call. Our default; a site parameter."]])
* insert Param(office-closes-hour, 17, D, [["Between these hours on business days the care manager calls; at other times whoever is on call. Our default; a site parameter."]])
