// Mood: GAD-7, PHQ-2 and PHQ-4, which share items. A positive PHQ-2 asks for the PHQ-9; its ninth item stays the PHQ-9's.

RuleSet: InstrumentOf(id, name, title, loinc, respondent)
* insert Artefact(Questionnaire, {id}, {name}, [[{title}]])
* subjectType = #Patient
* code = LNC#{loinc}
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #{respondent}
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/only-by-name"
* extension[=].valueBoolean = true

RuleSet: ScoredAs(rule, result)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/score"
* extension[=].extension[+].url = "rule"
* extension[=].extension[=].valueCode = #{rule}
* extension[=].extension[+].url = "result"
* extension[=].extension[=].valueReference.reference = "ObservationDefinition/{result}"

RuleSet: Frequency(number, loinc, text)
* item[+].linkId = "{loinc}"
* item[=].prefix = "{number}."
* item[=].code = LNC#{loinc}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true
* insert Option(LA6568-5, "Not at all", 0)
* insert Option(LA6569-3, "Several days", 1)
* insert Option(LA6570-1, "More than half the days", 2)
* insert Option(LA6571-9, "Nearly every day", 3)

// LOINC's own answer to 68509-9 for two points is another code than that of the other items; both are in use.
RuleSet: AlsoMoreDaysThanNot
* item[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/also-accepted"
* item[=].extension[=].extension[+].url = "answer"
* item[=].extension[=].extension[=].valueCoding = LNC#LA18938-3 "More days than not"
* item[=].extension[=].extension[+].url = "points"
* item[=].extension[=].extension[=].valueInteger = 2

RuleSet: TwoWeeks
* item[+].linkId = "stem"
* item[=].text = "Over the last 2 weeks, how often have you been bothered by the following problems?"
* item[=].type = #display

RuleSet: Spitzer(name)
* copyright = "{name}: developed by Drs Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant from Pfizer Inc. Copyright Pfizer Inc. No permission required to reproduce, translate, display or distribute. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."

Instance: gad-7
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(gad-7, GAD7, [["Generalized Anxiety Disorder, 7 items (GAD-7)"]], 69737-5, patient)
* description = "Anxiety over the last two weeks, answered by the patient only. No answer to any of the seven items gives no total. Item 68509-9 takes two codes for two points: LA6570-1, as the other items, and LA18938-3, which LOINC gives to this item alone. Bands: ObservationDefinition/gad-7-total."
* insert Spitzer(GAD-7)
* insert ScoredAs(sum, gad-7-total)
* insert ScoreItem(69725-0)
* insert ScoreItem(68509-9)
* insert ScoreItem(69733-4)
* insert ScoreItem(69734-2)
* insert ScoreItem(69735-9)
* insert ScoreItem(69689-8)
* insert ScoreItem(69736-7)
* insert Sourced(, S, [["Spitzer RL, Kroenke K, Williams JBW, Löwe B. Arch Intern Med 2006;166:1092-1097, as quoted: seven items, 0 to 3 each, summed. Item codes as in LOINC 69737-5 (V), compared with forms made from LOINC: 69689-8 is irritable, 69736-7 is afraid; one public form has them swapped. No total when an item is missing: our default."]])
* insert TwoWeeks
* insert Frequency(1, 69725-0, [["Feeling nervous, anxious, or on edge"]])
* insert Frequency(2, 68509-9, "Not being able to stop or control worrying")
* insert AlsoMoreDaysThanNot
* insert Frequency(3, 69733-4, "Worrying too much about different things")
* insert Frequency(4, 69734-2, "Trouble relaxing")
* insert Frequency(5, 69735-9, "Being so restless that it is hard to sit still")
* insert Frequency(6, 69689-8, "Becoming easily annoyed or irritable")
* insert Frequency(7, 69736-7, [["Feeling afraid, as if something awful might happen"]])

Instance: phq-2
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(phq-2, PHQ2, [["Patient Health Questionnaire, 2 items (PHQ-2)"]], 55757-9, patient)
* description = "The first two items of the PHQ-9, answered by the patient only. A total of 3 or more asks for the PHQ-9. It does not ask about self-harm: a low total says nothing of that. No answer to one of the two gives no total. Bands: ObservationDefinition/phq-2-total."
* insert Spitzer(PHQ-2)
* insert ScoredAs(sum, phq-2-total)
* insert ScoreItem(44250-9)
* insert ScoreItem(44255-8)
* insert Sourced(, S, [["Kroenke K, Spitzer RL, Williams JBW. Med Care 2003;41:1284-1292, as quoted: two items, 0 to 3 each, summed. Item codes as in LOINC 55757-9. No total when an item is missing: our default."]])
* insert TwoWeeks
* insert Frequency(1, 44250-9, "Little interest or pleasure in doing things")
* insert Frequency(2, 44255-8, [["Feeling down, depressed, or hopeless"]])

Instance: phq-4
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(phq-4, PHQ4, [["Patient Health Questionnaire for depression and anxiety, 4 items (PHQ-4)"]], 69724-3, patient)
* description = "Two items of the PHQ-9 and two of the GAD-7, answered by the patient only. The total tells of distress; 3 or more of the two items about depression asks for the PHQ-9, and of the two about anxiety for the GAD-7. It does not ask about self-harm. Each score needs all of its items. Bands: ObservationDefinition/phq-4-total, phq-2-total and gad-2-total."
* insert Spitzer(PHQ-4)
* insert ScoredAs(sum, phq-4-total)
* insert ScoreItem(69725-0)
* insert ScoreItem(68509-9)
* insert ScoreItem(44250-9)
* insert ScoreItem(44255-8)
* insert ScoredAs(sum, phq-2-total)
* insert ScoreItem(44250-9)
* insert ScoreItem(44255-8)
* insert ScoredAs(sum, gad-2-total)
* insert ScoreItem(69725-0)
* insert ScoreItem(68509-9)
* insert Sourced(, S, [["Kroenke K, Spitzer RL, Williams JBW, Löwe B. Psychosomatics 2009;50:613-621, as quoted: four items, 0 to 3 each, summed, and two subscales of two. Panel and item codes as in LOINC 69724-3. No total when an item is missing: our default."]])
* insert TwoWeeks
* insert Frequency(1, 69725-0, [["Feeling nervous, anxious, or on edge"]])
* insert Frequency(2, 68509-9, "Not being able to stop or control worrying")
* insert AlsoMoreDaysThanNot
* insert Frequency(3, 44250-9, "Little interest or pleasure in doing things")
* insert Frequency(4, 44255-8, [["Feeling down, depressed, or hopeless"]])

// ---- results and bands

RuleSet: SurveyTotal(id, name)
* insert Definition({id}, [[{name}]])
* category = OBSCAT#survey
* code.text = {name}
* permittedDataType = #integer
* multipleResultsAllowed = false

Instance: gad-7-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(gad-7-total, "GAD-7 total score")
* code = LNC#70274-6
* insert Sourced(, S, [["Spitzer RL, et al. Arch Intern Med 2006;166:1092-1097, as quoted: cut points 5, 10 and 15 for mild, moderate and severe; 10 or more is positive."]])
* insert Band(minimal, "minimal", 0, 4)
* insert Band(mild, "mild", 5, 9)
* insert Band(moderate, "moderate", 10, 14)
* insert BandFinding(anxiety-screen-positive)
* insert Band(severe, "severe", 15, 21)
* insert BandFinding(anxiety-screen-positive)

Instance: phq-2-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(phq-2-total, "PHQ-2 total score")
* code = LNC#55758-7
* insert Sourced(, S, [["Kroenke K, et al. Med Care 2003;41:1284-1292, as quoted: 3 or more is positive. LOINC 55758-7: seen in public code lists (S)."]])
* insert Band(negative, "negative", 0, 2)
* insert Band(positive, "positive", 3, 6)
* insert BandFinding(depression-screen-2-positive)

Instance: gad-2-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(gad-2-total, "GAD-2 total score")
* code = RESULT#gad-2-total
* insert Sourced(, K, [["Kroenke K, Spitzer RL, Williams JBW, Löwe B. Psychosomatics 2009;50:613-621: 3 or more is positive (general knowledge; the paper was not opened). No LOINC code of this total was found: it has a code of ours."]])
* insert Band(negative, "negative", 0, 2)
* insert Band(positive, "positive", 3, 6)
* insert BandFinding(anxiety-screen-2-positive)

Instance: phq-4-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(phq-4-total, "PHQ-4 total score")
* code = LNC#70272-0
* insert Sourced(, K, [["Kroenke K, Spitzer RL, Williams JBW, Löwe B. Psychosomatics 2009;50:613-621: 0-2 normal, 3-5 mild, 6-8 moderate, 9-12 severe distress (general knowledge; the paper was not opened). Which of the two it comes from, the subscales say. LOINC 70272-0: seen in one public file (S); another uses it for the GAD-2."]])
* insert Band(minimal, "minimal", 0, 2)
* insert Band(mild, "mild", 3, 5)
* insert Band(moderate, "moderate", 6, 8)
* insert Band(severe, "severe", 9, 12)
