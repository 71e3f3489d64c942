// What a review of self-harm asks before it may be closed (clinical practice, rule 31), and what each answer means.

Alias: SCREENER = https://carefhir.org/fhir/CodeSystem/suicide-screener
Alias: SCREENED = https://carefhir.org/fhir/CodeSystem/suicide-screener-answer

RuleSet: Risk(code, display, definition, risk)
* #{code} {display} {definition}
* #{code} ^property[0].code = #risk
* #{code} ^property[0].valueCode = #{risk}

CodeSystem: SuicideScreener
Id: suicide-screener
Title: "Answers of a suicide screener"
Description: "What a licensed clinician asks, and records, before a review of self-harm is closed. 'risk' says what a yes means, and an answer that is not known, until somebody has asked: emergency, or lower."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-screener"
* insert Sourced(^, V, [["Columbia Lighthouse Project, C-SSRS triage guidance: intent, a plan with intent, or behavior within the last 3 months needs immediate action. That a plan alone, and an answer nobody knows, count like it is our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-screener"
* ^property[0].code = #risk
* ^property[0].type = #code
* ^property[0].description = "emergency: the review stays open, 911 or 988 now; lower: a safety plan, and a provider who knows"
* ^property[1].code = #deniesFrom
* ^property[1].type = #integer
* ^property[1].description = "A no to it contradicts a safety item that was answered with this many points or more: a person says why before the review closes (2, more than half the days: our default)"
* ^property[2].code = #whyWords
* ^property[2].type = #integer
* ^property[2].description = "How many words a reason has at least that says why: '-' and 'n/a' say nothing (our default)"
* #screener "suicide screener" "The answers to a suicide screener, for example the C-SSRS."
* insert Risk(ideation, "suicidal thoughts", [["A wish to be dead, or thoughts of killing oneself."]], lower)
* #ideation ^property[1].code = #deniesFrom
* #ideation ^property[1].valueInteger = 2
* #ideation ^property[2].code = #whyWords
* #ideation ^property[2].valueInteger = 3
* insert Risk(intent, "intent", [["Some intention of acting on the thoughts."]], emergency)
* insert Risk(plan, "plan", [["A plan how, when or where."]], emergency)
* insert Risk(behavior-3-months, "suicidal behavior in the last 3 months", [["An attempt, an interrupted or aborted one, or preparations, within the last 3 months."]], emergency)
* #means "means within reach" "Firearms, pills or other means within reach."
* #safety-plan "safety plan" "The plan of what to do, and whom to call, when the thoughts come."
* #level "level of risk" "The level that the screener came to, as whoever asked it judges. It can only add to what the answers say."
* #emergency "SUICIDE RISK" "Call 911 now, or 988, and stay with the person or on the line: nobody leaves them alone. Tell the provider on call now, by voice. The review stays open."

ValueSet: SuicideScreenerCodes
Id: suicide-screener
Title: "Answers of a suicide screener: all codes"
Description: "Every code of answers of a suicide screener."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-screener"
* include codes from system SuicideScreener

CodeSystem: SuicideScreenerAnswer
Id: suicide-screener-answer
Title: "How an item of a suicide screener is answered"
Description: "'Unknown' counts as a yes until somebody has asked."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-screener-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-screener-answer"
* ^property[0].code = #risk
* ^property[0].type = #code
* ^property[0].description = "What a level of risk means: emergency, lower, none"
* #yes "yes" "It is so."
* #no "no" "It is not so."
* #unknown "unknown" "Not asked, or not answered: it counts as a yes until somebody has asked."
* #made "made" "A safety plan was made now."
* #reviewed "reviewed" "The safety plan on record was gone through with the person now."
* #none "none" "There is no safety plan."
* insert Risk(no-risk, "no risk told", [["The screener came to no level of risk. It lowers nothing."]], none)
* insert Risk(low-risk, "low", [["The lowest level of the screener."]], lower)
* insert Risk(moderate-risk, "moderate", [["The middle level of the screener."]], lower)
* insert Risk(high-risk, "high", [["The highest level of the screener: an emergency."]], emergency)

ValueSet: SuicideScreenerAnswerCodes
Id: suicide-screener-answer
Title: "How an item of a suicide screener is answered: all codes"
Description: "Every code of how an item of a suicide screener is answered."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-screener-answer"
* include codes from system SuicideScreenerAnswer

CodeSystem: SuicideInstrument
Id: suicide-instrument
Title: "Suicide screeners that are known"
Description: "Which instruments ask for thoughts, intent, plan and behavior. A name may have the words of 'qualifier' beside it; any other word makes it a name that is not known, and the review is not closed with it. A site adds its own."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-instrument"
* insert Sourced(^, K, [["Names as commonly used (Columbia Lighthouse Project, NIMH ASQ toolkit, SAMHSA SAFE-T): general knowledge. The spellings are ours (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-instrument"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "How it is called, separated by semicolons; case, hyphens and other signs do not matter"
* insert Screens(c-ssrs, "C-SSRS", [["c-ssrs; cssrs; c ssrs; columbia; columbia suicide severity rating scale; columbia protocol; columbia-suicide severity rating scale"]])
* insert Screens(asq, "ASQ", [["asq; ask suicide-screening questions; ask suicide screening questions"]])
* insert Screens(safe-t, "SAFE-T", [["safe-t; safet; safe-t with c-ssrs; suicide assessment five-step evaluation and triage"]])
* insert Screens(sbq-r, "SBQ-R", [["sbq-r; sbqr; suicidal behaviors questionnaire-revised; suicide behaviors questionnaire-revised"]])
* insert Screens(pss-3, "PSS-3", [["pss-3; pss3; patient safety screener; patient safety screener 3"]])
* insert Screens(bssi, "BSS", [["bss; bssi; beck scale for suicide ideation; beck scale for suicidal ideation"]])
* insert Screens(qualifier, "words beside a name", [["screener; screen; screening; scale; version; recent; since last contact; lifetime; baseline; full; short; triage; adult; past month; by phone; phone; telephone; in person; spanish; english; español; with; and; the; form; suicide; risk"]])

RuleSet: Screens(code, display, words)
* #{code} {display} {display}
* #{code} ^property[0].code = #words
* #{code} ^property[0].valueString = {words}

ValueSet: SuicideInstrumentCodes
Id: suicide-instrument
Title: "Suicide screeners that are known: all codes"
Description: "Every code of suicide screeners that are known."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-instrument"
* include codes from system SuicideInstrument

// The form in which a clinician writes down what a screener came to. It holds no wording of any screener.

Alias: SUICIDEINSTRUMENT = https://carefhir.org/fhir/CodeSystem/suicide-instrument

RuleSet: AnswersOf(code, text)
* item[+].linkId = "{code}"
* item[=].code = SCREENER#{code}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true

RuleSet: MayAnswer(code, display)
* item[=].answerOption[+].valueCoding = SCREENED#{code} {display}

RuleSet: YesNoUnknown
* insert MayAnswer(yes, "yes")
* insert MayAnswer(no, "no")
* insert MayAnswer(unknown, [["not asked, or not answered"]])

RuleSet: Used(code, display)
* item[=].answerOption[+].valueCoding = SUICIDEINSTRUMENT#{code} {display}

Instance: suicide-screener-result
InstanceOf: Questionnaire
Usage: #definition
* insert Artefact(Questionnaire, suicide-screener-result, SuicideScreenerResult, [["What a suicide screener came to (suicide screener result)"]])
* description = "For the clinician who asked a suicide screener: which one, what was answered, the level of risk, what was done. It holds no wording of any screener, and is no screener. A review of self-harm is closed with it (resolve, screener_form); what is not answered counts as a yes until somebody has asked, and is said. It lowers nothing that the answers before it raised."
* copyright = "Questions worded by carefhir; Apache License 2.0. The screeners themselves belong to their owners and are not here."
* subjectType = #Patient
* code = SCREENER#screener
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #anyone
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/only-by-name"
* extension[=].valueBoolean = true
* insert Sourced(, D, [["Our default, after clinical practice, rules 2 and 31: ideation, intent, plan, behavior within 3 months, means, safety plan. Levels after the Columbia triage guidance (V): the highest one is an emergency. That a lower level takes nothing back is our default."]])
* item[+].linkId = "screener"
* item[=].text = "Which screener was asked?"
* item[=].type = #choice
* item[=].required = true
* insert Used(c-ssrs, "C-SSRS")
* insert Used(asq, "ASQ")
* insert Used(safe-t, "SAFE-T")
* insert Used(sbq-r, "SBQ-R")
* insert Used(pss-3, "PSS-3")
* insert Used(bssi, "BSS")
* insert AnswersOf(ideation, [["Is there a wish to be dead, or are there thoughts of killing oneself?"]])
* insert YesNoUnknown
* insert AnswersOf(intent, "Is there some intention of acting on them?")
* insert YesNoUnknown
* insert AnswersOf(plan, [["Is there a plan how, when or where?"]])
* insert YesNoUnknown
* insert AnswersOf(behavior-3-months, "Was there an attempt or a preparation within the last 3 months?")
* insert YesNoUnknown
* insert AnswersOf(means, [["Are firearms, pills or other means within reach?"]])
* insert YesNoUnknown
* insert AnswersOf(safety-plan, "Is there a safety plan?")
* insert MayAnswer(made, "made now")
* insert MayAnswer(reviewed, [["the one on record was gone through now"]])
* insert MayAnswer(none, "none")
* insert AnswersOf(level, "Which level of risk did the screener come to?")
* insert MayAnswer(no-risk, "no risk told")
* insert MayAnswer(low-risk, "low")
* insert MayAnswer(moderate-risk, "moderate")
* insert MayAnswer(high-risk, "high")
* item[+].linkId = "done"
* item[=].text = "What was done?"
* item[=].type = #text
* item[=].required = true
* item[+].linkId = "contradiction"
* item[=].text = "Where the answers before tell of thoughts of death and this form of none: why?"
* item[=].type = #text

Profile: CarefhirSuicideScreener
Parent: Observation
Id: carefhir-suicide-screener
Title: "Answers to a suicide screener"
Description: "What was answered before a review of self-harm was closed, or kept open: each item by itself, by whom and when."
* insert Definitional
* identifier 1..*
* status = #final
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* code = SCREENER#screener
* code.text 1..1
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* component 6..*
* component.code from SuicideScreenerCodes (required)
* component.value[x] 1..1
* component.value[x] only CodeableConcept
* component.valueCodeableConcept from SuicideScreenerAnswerCodes (required)

Instance: suicide-screener
InstanceOf: CarefhirSuicideScreener
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000131)
* status = #final
* category[survey] = OBSCAT#survey "Survey"
* code = SCREENER#screener "suicide screener"
* code.text = "C-SSRS"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T11:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* derivedFrom.reference = "QuestionnaireResponse/rosa-phq-9"
* component[+].code = SCREENER#ideation "suicidal thoughts"
* component[=].valueCodeableConcept = SCREENED#yes "yes"
* component[+].code = SCREENER#intent "intent"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#plan "plan"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#behavior-3-months "suicidal behavior in the last 3 months"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#means "means within reach"
* component[=].valueCodeableConcept = SCREENED#unknown "unknown"
* component[+].code = SCREENER#safety-plan "safety plan"
* component[=].valueCodeableConcept = SCREENED#made "made"
