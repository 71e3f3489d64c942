// PRAPARE: scored by code, without wording. Its owner permits use with a license; a site loads the wording as its own artefact.

RuleSet: NoWordsOptional(loinc)
* item[+].linkId = "{loinc}"
* item[=].code = LNC#{loinc}
* item[=].type = #choice

RuleSet: Coded(code, points)
* item[=].answerOption[+].valueCoding = LNC#{code}
* item[=].answerOption[=].extension[0].url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
* item[=].answerOption[=].extension[0].valueDecimal = {points}

RuleSet: Uncounted(code)
* item[=].answerOption[+].valueCoding = LNC#{code}

RuleSet: GivenAnswer(code)
* extension[=].extension[+].url = "answer"
* extension[=].extension[=].valueCode = #{code}

Instance: prapare
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(prapare, PRAPARE, [["Protocol for Responding to and Assessing Patients' Assets, Risks, and Experiences (PRAPARE)"]], 93025-5, anyone)
* description = "Those items of PRAPARE that tell of a need, scored by code; the wording needs a license and is not shipped. There is no total. 'I choose not to answer' (LA30122-8) is no answer. 71802-3 has other answers here than in the AHC-HRSN. Being afraid of a partner, and not feeling safe at home, are restricted and go to a social worker; a no counts only where it was asked alone. Bands: ObservationDefinition/prapare-housing, prapare-worry, prapare-food, prapare-utilities, prapare-transport and prapare-safety."
* copyright = "PRAPARE: copyright National Association of Community Health Centers, Association of Asian Pacific Community Health Organizations, Oregon Primary Care Association. All rights reserved. The wording is used with a license only and is not here. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Gated([["A license for PRAPARE of the National Association of Community Health Centers"]])
* insert NotShipped
* insert ScoredAs(worst-answer, prapare-housing)
* insert ScoreItem(71802-3)
* insert ScoredAs(worst-answer, prapare-worry)
* insert ScoreItem(93033-9)
* insert ScoredAs(answer-given, prapare-food)
* insert GivenAnswer(LA30125-1)
* insert ScoreItem(93031-3)
* insert ScoredAs(answer-given, prapare-utilities)
* insert GivenAnswer(LA30124-4)
* insert ScoreItem(93031-3)
* insert ScoredAs(worst-answer, prapare-transport)
* insert ScoreItem(93030-5)
* insert ScoredAs(worst-answer, prapare-safety)
* insert Restricted
* insert CountsIf(asked-alone, [["the questions about safety have no result: a no counts only if the person answered alone and nobody else heard it; repeat in private"]])
* insert ScoreItem(76501-6)
* insert ScoreItem(93026-3)
* insert Sourced(, V, [["Answer codes of needs, housing and transport as in HL7 SDOH Clinical Care and public PRAPARE forms. There is no official total. Which answers are a need: by their words. 93026-3 and 76501-6 (safety), and their answers: general knowledge (K)."]])
* insert NoWordsOptional(71802-3)
* insert Coded(LA30189-7, 0)
* insert Coded(LA30190-5, 1)
* insert Uncounted(LA30122-8)
* insert NoWordsOptional(93033-9)
* insert Coded(LA32-8, 0)
* insert Coded(LA33-6, 1)
* insert Uncounted(LA30122-8)
* insert NoWordsOptional(93031-3)
* item[=].repeats = true
* insert Coded(LA30125-1, 1)
* insert Coded(LA30126-9, 1)
* insert Coded(LA30124-4, 1)
* insert Coded(LA30127-7, 1)
* insert Coded(LA30128-5, 1)
* insert Coded(LA30129-3, 1)
* insert Coded(LA46-8, 1)
* insert Uncounted(LA30122-8)
* insert NoWordsOptional(93030-5)
* item[=].repeats = true
* insert Coded(LA32-8, 0)
* insert Coded(LA30133-5, 1)
* insert Coded(LA30134-3, 1)
* insert Uncounted(LA30122-8)
* item[+].linkId = "asked-alone"
* item[=].type = #choice
* insert Coded(LA33-6, 1)
* insert Coded(LA32-8, 0)
* insert NoWordsOptional(76501-6)
* insert Coded(LA33-6, 1)
* insert Coded(LA32-8, 0)
* insert Uncounted(LA30122-8)
* insert NoWordsOptional(93026-3)
* insert Coded(LA32-8, 1)
* insert Coded(LA33-6, 0)
* insert Uncounted(LA30122-8)

RuleSet: YesNoResult(id, name, no, yes, finding)
* insert SurveyAnswer({id}, [[{name}]])
* code = RESULT#{id}
* insert Sourced(, D, [["By the words of the answers of PRAPARE: our default. There is no official scoring in the sources read."]])
* insert Band(no-risk, {no}, 0, 0)
* insert Band(at-risk, {yes}, 1, 1)
* insert BandFinding({finding})

Instance: prapare-housing
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(prapare-housing, [["Housing status (PRAPARE)"]])
* insert SocialNeed(homelessness, "Homelessness")
* code = LNC#71802-3
* insert Sourced(, V, [["HL7 SDOH Clinical Care maps LA30190-5 of PRAPARE to homelessness. The AHC-HRSN asks the same LOINC item with other answers, which are not read here."]])
* insert Band(no-risk, "has housing", 0, 0)
* insert Answered(LA30189-7, "I have housing")
* insert Band(at-risk, "has no housing", 1, 1)
* insert Answered(LA30190-5, "I do not have housing")
* insert BandFinding(homelessness)

Instance: prapare-worry
InstanceOf: ObservationDefinition
Usage: #definition
* insert YesNoResult(prapare-worry, [["Worried about losing the home (PRAPARE)"]], "not worried about losing the home", "worried about losing the home", housing-instability)
* insert SocialNeed(housing-instability, "Housing Instability")

Instance: prapare-food
InstanceOf: ObservationDefinition
Usage: #definition
* insert YesNoResult(prapare-food, [["Food (PRAPARE)"]], "food was not named", "food could not be had when it was needed", food-insecurity)
* insert SocialNeed(food-insecurity, "Food Insecurity")

Instance: prapare-utilities
InstanceOf: ObservationDefinition
Usage: #definition
* insert YesNoResult(prapare-utilities, [["Utilities (PRAPARE)"]], "utilities were not named", "utilities could not be had when they were needed", utility-insecurity)
* insert SocialNeed(utility-insecurity, "Utility Insecurity")

Instance: prapare-transport
InstanceOf: ObservationDefinition
Usage: #definition
* insert YesNoResult(prapare-transport, [["Transport (PRAPARE)"]], "transport is no problem", "no reliable transport", transportation-insecurity)
* insert SocialNeed(transportation-insecurity, "Transportation Insecurity")

Instance: prapare-safety
InstanceOf: ObservationDefinition
Usage: #definition
* insert YesNoResult(prapare-safety, [["Safety (PRAPARE)"]], "negative", "positive", violence-screen-positive)
