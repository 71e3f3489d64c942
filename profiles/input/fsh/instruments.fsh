// Instruments: Questionnaires and the ObservationDefinitions that hold their result codes and bands.

RuleSet: PhqItem(number, loinc, text)
* item[+].linkId = "{loinc}"
* item[=].prefix = "{number}."
* item[=].code = LNC#{loinc}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true
* insert Option(LA6568-5, "Not at all", 0)
* insert Translated(es, "Nunca")
* insert Translated(es, "Ningún día")
* insert Translated(es, "Para nada")
* insert Option(LA6569-3, "Several days", 1)
* insert Option(LA6570-1, "More than half the days", 2)
* insert Option(LA6571-9, "Nearly every day", 3)

RuleSet: Option(code, display, points)
* item[=].answerOption[+].valueCoding = LNC#{code} {display}
* item[=].answerOption[=].extension[0].url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
* item[=].answerOption[=].extension[0].valueDecimal = {points}

// Translations of a PHQ-9 answer, as Spanish versions in use have them (phqscreeners.com, LOINC linguistic variants; K).
RuleSet: Translated(language, text)
* item[=].answerOption[=].valueCoding.display.extension[+].url = "http://hl7.org/fhir/StructureDefinition/translation"
* item[=].answerOption[=].valueCoding.display.extension[=].extension[+].url = "lang"
* item[=].answerOption[=].valueCoding.display.extension[=].extension[=].valueCode = #{language}
* item[=].answerOption[=].valueCoding.display.extension[=].extension[+].url = "content"
* item[=].answerOption[=].valueCoding.display.extension[=].extension[=].valueString = {text}

RuleSet: PlainOption(code, display)
* item[=].answerOption[+].valueCoding = LNC#{code} {display}

RuleSet: ScoreItem(loinc)
* extension[=].extension[+].url = "item"
* extension[=].extension[=].valueString = "{loinc}"

Instance: phq-9
InstanceOf: Questionnaire
Usage: #definition
* insert Artefact(Questionnaire, phq-9, PHQ9, [["Patient Health Questionnaire, 9 items (PHQ-9)"]])
* description = "Depression screen over the last two weeks, answered by the patient only. No answer to any of the nine items gives no total. The ninth item is a safety item: any answer other than 'Not at all', and no answer, needs a licensed clinician whatever the total. Bands: ObservationDefinition/phq-9-total."
* copyright = "PHQ-9: copyright Pfizer Inc. Developed by Drs Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant from Pfizer Inc. No permission required to reproduce, translate, display or distribute. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* subjectType = #Patient
* code = LNC#44249-1
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #patient
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/score"
* extension[=].extension[+].url = "rule"
* extension[=].extension[=].valueCode = #sum
* extension[=].extension[+].url = "result"
* extension[=].extension[=].valueReference.reference = "ObservationDefinition/phq-9-total"
* insert ScoreItem(44250-9)
* insert ScoreItem(44255-8)
* insert ScoreItem(44259-0)
* insert ScoreItem(44254-1)
* insert ScoreItem(44251-7)
* insert ScoreItem(44258-2)
* insert ScoreItem(44252-5)
* insert ScoreItem(44253-3)
* insert ScoreItem(44260-8)
* insert Sourced(, V, [["Kroenke K, Spitzer RL, Williams JBW. The PHQ-9. J Gen Intern Med 2001;16:606-613: nine items, 0 to 3 each, summed; item codes and answer weights as in LOINC 44249-1. No total when an item is missing: our default."]])
* item[+].linkId = "stem"
* item[=].text = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
* item[=].type = #display
* insert PhqItem(1, 44250-9, "Little interest or pleasure in doing things")
* insert PhqItem(2, 44255-8, [["Feeling down, depressed, or hopeless"]])
* insert PhqItem(3, 44259-0, [["Trouble falling or staying asleep, or sleeping too much"]])
* insert PhqItem(4, 44254-1, "Feeling tired or having little energy")
* insert PhqItem(5, 44251-7, "Poor appetite or overeating")
* insert PhqItem(6, 44258-2, "Feeling bad about yourself - or that you are a failure or have let yourself or your family down")
* insert PhqItem(7, 44252-5, [["Trouble concentrating on things, such as reading the newspaper or watching television"]])
* insert PhqItem(8, 44253-3, "Moving or speaking so slowly that other people could have noticed? Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual")
* insert PhqItem(9, 44260-8, "Thoughts that you would be better off dead or of hurting yourself in some way")
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
* item[=].extension[=].extension[=].valueString = "self-harm"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "self harm"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "harming yourself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "harming myself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "hurting myself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "killing myself"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "mejor muerto"
* item[=].extension[=].extension[+].url = "phrase"
* item[=].extension[=].extension[=].valueString = "lastimarse"
* item[=].extension[=].extension[+].url = "instruction"
* item[=].extension[=].extension[=].valueMarkdown = "Say it, or show it to a person alone with this form: call or text 988 now, at any hour; in danger, 911. Before this contact ends, a licensed clinician asks a suicide screener (for example the C-SSRS). Intent, a plan, or behavior within the last 3 months is an emergency: call 911, stay with the person or on the line, tell the provider now. Any other positive answer: evaluation by a licensed clinician and a safety plan the same day. Never leave this for the next business day."
* item[=].extension[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* item[=].extension[=].extension[=].extension[0].url = "text"
* item[=].extension[=].extension[=].extension[0].valueString = "Columbia Lighthouse Project, C-SSRS triage guidance: intent, plan or recent behavior needs immediate action; 988 Suicide & Crisis Lifeline."
* item[=].extension[=].extension[=].extension[1].url = "mark"
* item[=].extension[=].extension[=].extension[1].valueCode = #V
* item[+].linkId = "69722-7"
* item[=].prefix = "10."
* item[=].code = LNC#69722-7
* item[=].text = "If you checked off any problems, how difficult have these problems made it for you to do your work, take care of things at home, or get along with other people?"
* item[=].type = #choice
* item[=].required = false
* insert PlainOption(LA6572-7, "Not difficult at all")
* insert PlainOption(LA6573-5, "Somewhat difficult")
* insert PlainOption(LA6575-0, "Very difficult")
* insert PlainOption(LA6574-3, "Extremely difficult")

RuleSet: HvsItem(number, loinc, text)
* item[+].linkId = "{loinc}"
* item[=].prefix = "{number}."
* item[=].code = LNC#{loinc}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true
* insert Option(LA28397-0, "Often true", 1)
* insert Option(LA6729-3, "Sometimes true", 1)
* insert Option(LA28398-8, "Never true", 0)
* insert PlainOption(LA15775-2, "Don't know/refused")

Instance: hunger-vital-sign
InstanceOf: Questionnaire
Usage: #definition
* insert Artefact(Questionnaire, hunger-vital-sign, HungerVitalSign, "Hunger Vital Sign")
* description = "Two questions about food in the last 12 months. 'Often true' or 'Sometimes true' to either is at risk. 'Don't know/refused' carries no value: it is no answer, not a negative one. Bands: ObservationDefinition/hunger-vital-sign-result."
* copyright = "The Hunger Vital Sign was developed by Erin R. Hager, PhD and Anna M. Quigg, MA and the Children's HealthWatch team; free to use, please cite: Hager ER, Quigg AM, Black MM, et al. Development and Validity of a 2-Item Screen to Identify Families at Risk for Food Insecurity. Pediatrics 2010;126(1):e26-e32. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* subjectType = #Patient
* code = LNC#88121-9
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #anyone
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/score"
* extension[=].extension[+].url = "rule"
* extension[=].extension[=].valueCode = #worst-answer
* extension[=].extension[+].url = "result"
* extension[=].extension[=].valueReference.reference = "ObservationDefinition/hunger-vital-sign-result"
* insert ScoreItem(88122-7)
* insert ScoreItem(88123-5)
* insert Sourced(, V, [["Hager ER, Quigg AM, et al. Pediatrics 2010;126:e26-e32: often or sometimes true on either item is at risk; codes as in LOINC 88121-9."]])
* item[+].linkId = "stem"
* item[=].text = "For each statement, please say whether it was often true, sometimes true, or never true for your household in the last 12 months."
* item[=].type = #display
* insert HvsItem(1, 88122-7, "Within the past 12 months we worried whether our food would run out before we got money to buy more.")
* insert HvsItem(2, 88123-5, "Within the past 12 months the food we bought just didn't last and we didn't have money to get more.")

// ---- results and bands

RuleSet: Definition(id, name)
* id = "{id}"
* identifier.system = "https://carefhir.org/fhir/sid/definition"
* identifier.value = "{id}"
* preferredReportName = {name}

RuleSet: Band(code, label, low, high)
* qualifiedInterval[+].category = #reference
* qualifiedInterval[=].range.low.value = {low}
* qualifiedInterval[=].range.high.value = {high}
* qualifiedInterval[=].context.coding[0] = BAND#{code} {label}
* qualifiedInterval[=].context.text = {label}

RuleSet: BandFinding(code)
* qualifiedInterval[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/finding"
* qualifiedInterval[=].extension[=].valueCode = #{code}

Instance: phq-9-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(phq-9-total, "PHQ-9 total score")
* insert Sourced(, V, [["Kroenke K, Spitzer RL, Williams JBW. J Gen Intern Med 2001;16:606-613: bands 0-4, 5-9, 10-14, 15-19, 20-27; 10 or more is positive."]])
* category = OBSCAT#survey
* code = LNC#44261-6
* code.text = "PHQ-9 total score"
* permittedDataType = #integer
* multipleResultsAllowed = false
* insert ImportantChange(5, higher, V, [["Löwe B, et al. Monitoring Depression Treatment Outcomes With the Patient Health Questionnaire-9. Med Care 2004;42:1194-1201, abstract: the minimal clinically important difference for individual change, two standard errors of measurement, is 5 points."]])
* insert Band(minimal, "minimal", 0, 4)
* insert Band(mild, "mild", 5, 9)
* insert Band(moderate, "moderate", 10, 14)
* insert BandFinding(depression-screen-positive)
* insert Band(moderately-severe, "moderately severe", 15, 19)
* insert BandFinding(depression-screen-positive)
* insert Band(severe, "severe", 20, 27)
* insert BandFinding(depression-screen-positive)

Instance: hunger-vital-sign-result
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(hunger-vital-sign-result, "Hunger Vital Sign result")
* insert Sourced(, V, [["Hager ER, Quigg AM, et al. Pediatrics 2010;126:e26-e32; result codes as in LOINC 88124-3."]])
* category = OBSCAT#survey
* insert SocialNeed(food-insecurity, "Food Insecurity")
* code = LNC#88124-3
* code.text = "Food insecurity risk (Hunger Vital Sign)"
* permittedDataType = #CodeableConcept
* multipleResultsAllowed = false
* insert Band(no-risk, "no risk", 0, 0)
* qualifiedInterval[=].context.coding[1] = LNC#LA19983-8 "No risk"
* insert Band(at-risk, "at risk", 1, 1)
* qualifiedInterval[=].context.coding[1] = LNC#LA19952-3 "At risk"
* insert BandFinding(food-insecurity)

Instance: lace-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(lace-total, "LACE index")
* insert Sourced(, V, [["van Walraven C, et al. CMAJ 2010;182:551-557 (PMC2845681): 0 to 19, high from 10. Low 0-4 and moderate 5-9 are the customary split."]])
* code.text = "LACE index"
* permittedDataType = #integer
* multipleResultsAllowed = false
* insert Band(low, "low", 0, 4)
* insert Band(moderate, "moderate", 5, 9)
* insert Band(high, "high", 10, 19)

RuleSet: Days(points, text, low)
* qualifiedInterval[+].category = #reference
* qualifiedInterval[=].range.low = {low} 'd' "days"
* qualifiedInterval[=].context.coding[0] = POINTS#{points} {text}

Instance: lace-length
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(lace-length, "LACE: length of stay")
* insert Sourced(, V, [["van Walraven C, et al. CMAJ 2010;182:551-557 (PMC2845681): points by length of stay in days."]])
* code.text = "Length of stay, points of the L in LACE"
* permittedDataType = #integer
* multipleResultsAllowed = false
* insert Days(0, "0 points", 0)
* qualifiedInterval[=].range.high = 0 'd' "days"
* insert Days(1, "1 point", 1)
* qualifiedInterval[=].range.high = 1 'd' "days"
* insert Days(2, "2 points", 2)
* qualifiedInterval[=].range.high = 2 'd' "days"
* insert Days(3, "3 points", 3)
* qualifiedInterval[=].range.high = 3 'd' "days"
* insert Days(4, "4 points", 4)
* qualifiedInterval[=].range.high = 6 'd' "days"
* insert Days(5, "5 points", 7)
* qualifiedInterval[=].range.high = 13 'd' "days"
* insert Days(7, "7 points", 14)
