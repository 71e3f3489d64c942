// Function: Barthel and Katz, scored by code without wording; falls; health literacy; what matters; supports.

RuleSet: NoWords(system, code)
* item[+].linkId = "{code}"
* item[=].code = {system}#{code}
* item[=].type = #choice
* item[=].required = true

RuleSet: Give(code, points)
* item[=].answerOption[+].valueCoding = ANSWERS#{code}
* item[=].answerOption[=].extension[0].url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
* item[=].answerOption[=].extension[0].valueDecimal = {points}

RuleSet: AlsoLoinc(code, points)
* item[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/also-accepted"
* item[=].extension[=].extension[+].url = "answer"
* item[=].extension[=].extension[=].valueCoding = LNC#{code}
* item[=].extension[=].extension[+].url = "points"
* item[=].extension[=].extension[=].valueInteger = {points}

RuleSet: LostBelow(result, activity, below)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/function-loss"
* extension[=].extension[+].url = "result"
* extension[=].extension[=].valueReference.reference = "ObservationDefinition/{result}"
* extension[=].extension[+].url = "kind"
* extension[=].extension[=].valueCode = #adl
* extension[=].extension[+].url = "activity"
* extension[=].extension[=].valueCode = #{activity}
* extension[=].extension[+].url = "below"
* extension[=].extension[=].valueInteger = {below}

RuleSet: ByItem(item)
* extension[=].extension[+].url = "item"
* extension[=].extension[=].valueString = "{item}"

RuleSet: TwoWays
* insert Give(points-0, 0)
* insert Give(points-5, 5)

RuleSet: ThreeWays
* insert Give(points-0, 0)
* insert Give(points-5, 5)
* insert Give(points-10, 10)

RuleSet: FourWays
* insert Give(points-0, 0)
* insert Give(points-5, 5)
* insert Give(points-10, 10)
* insert Give(points-15, 15)

RuleSet: OwnInstrument(id, name, title, code, respondent)
* insert Artefact(Questionnaire, {id}, {name}, [[{title}]])
* subjectType = #Patient
* code = ITEMS#{code}
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/respondent"
* extension[=].valueCode = #{respondent}
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/only-by-name"
* extension[=].valueBoolean = true

Instance: barthel
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(barthel, Barthel, [["Barthel index of activities of daily living (Barthel)"]], 96762-0, anyone)
* description = "Ten activities, scored by code; the wording needs a license and is not shipped. The points of an answer are its code (points-0, points-5, points-10, points-15); where a LOINC answer tells the points by itself, it is taken too. No answer to one of the ten gives no total. Activities that need help are counted with it, as the tier and the pathways ask for them: feeding, transferring, toileting, bathing (grooming with it), walking, dressing, continence (bowels and bladder as one); stairs are none of them (our default). Bands: ObservationDefinition/barthel-total."
* copyright = "Barthel index: copyright Maryland State Medical Society; Mahoney FI, Barthel DW. Md State Med J 1965;14:61-65. The wording is used by permission only and is not here. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Gated([["Permission of the Maryland State Medical Society"]])
* insert NotShipped
* insert ScoredAs(sum, barthel-total)
* insert ScoreItem(83184-2)
* insert ScoreItem(83185-9)
* insert ScoreItem(96767-9)
* insert ScoreItem(83183-4)
* insert ScoreItem(83181-8)
* insert ScoreItem(83186-7)
* insert ScoreItem(96758-8)
* insert ScoreItem(83182-6)
* insert ScoreItem(96759-6)
* insert ScoreItem(96760-4)
* insert Sourced(, S, [["Mahoney 1965, as quoted: bathing and grooming 0 or 5; feeding, dressing, bowels, bladder, toilet, stairs 0, 5 or 10; transfer and mobility 0, 5, 10 or 15. LOINC item codes compared with two public files (S); a third has their names exchanged. LOINC answers taken: bowels, bladder, stairs, grooming, seen in one file (S). No total when an item is missing: our default (D)."]])
* insert LostBelow(barthel-total, feeding, 10)
* insert ByItem(83184-2)
* insert LostBelow(barthel-total, transferring, 15)
* insert ByItem(83185-9)
* insert LostBelow(barthel-total, toileting, 10)
* insert ByItem(83183-4)
* insert LostBelow(barthel-total, bathing, 5)
* insert ByItem(83181-8)
* insert ByItem(96767-9)
* insert LostBelow(barthel-total, walking, 15)
* insert ByItem(83186-7)
* insert LostBelow(barthel-total, dressing, 10)
* insert ByItem(83182-6)
* insert LostBelow(barthel-total, continence, 10)
* insert ByItem(96759-6)
* insert ByItem(96760-4)
* insert NoWords(LNC, 83184-2)
* insert ThreeWays
* insert NoWords(LNC, 83185-9)
* insert FourWays
* insert NoWords(LNC, 96767-9)
* insert TwoWays
* insert AlsoLoinc(LA31643-2, 0)
* insert AlsoLoinc(LA31644-0, 5)
* insert NoWords(LNC, 83183-4)
* insert ThreeWays
* insert NoWords(LNC, 83181-8)
* insert TwoWays
* insert NoWords(LNC, 83186-7)
* insert FourWays
* insert NoWords(LNC, 96758-8)
* insert ThreeWays
* insert AlsoLoinc(LA24937-7, 0)
* insert AlsoLoinc(LA31629-1, 5)
* insert NoWords(LNC, 83182-6)
* insert ThreeWays
* insert NoWords(LNC, 96759-6)
* insert ThreeWays
* insert AlsoLoinc(LA31627-5, 0)
* insert AlsoLoinc(LA31626-7, 5)
* insert AlsoLoinc(LA31625-9, 10)
* insert NoWords(LNC, 96760-4)
* insert ThreeWays
* insert AlsoLoinc(LA31627-5, 0)
* insert AlsoLoinc(LA31626-7, 5)
* insert AlsoLoinc(LA31625-9, 10)

Instance: barthel-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(barthel-total, "Barthel index")
* category[+] = USCORECAT#functional-status "Functional Status"
* code = LNC#96761-2
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/function-loss-by-points"
* extension[=].extension[+].url = "kind"
* extension[=].extension[=].valueCode = #adl
* extension[=].extension[+].url = "none"
* extension[=].extension[=].valueInteger = 100
* insert Sourced(, S, [["Shah S, Vanclay F, Cooper B. J Clin Epidemiol 1989;42:703-709, as quoted: 0-20 total, 21-60 severe, 61-90 moderate, 91-99 slight dependency, 100 independent. Points come in fives. LOINC 96761-2: two public files (S)."]])
* insert Band(total, "total dependency", 0, 20)
* insert Band(severe, "severe dependency", 21, 60)
* insert Band(moderate, "moderate dependency", 61, 90)
* insert Band(slight, "slight dependency", 91, 99)
* insert Band(independent, "independent", 100, 100)

RuleSet: KatzItem(code)
* insert NoWords(ITEMS, {code})
* insert Give(independent, 1)
* insert Give(dependent, 0)

Instance: katz
InstanceOf: Questionnaire
Usage: #definition
* insert OwnInstrument(katz, Katz, [["Katz index of independence in activities of daily living (Katz)"]], katz, anyone)
* description = "Six activities, each without help or with help, scored by code; the wording is not shipped. 3 and 5 have no published label: the number only. No answer to one of the six gives no total. Bands: ObservationDefinition/katz-total."
* copyright = "Katz index: Katz S, Ford AB, Moskowitz RW, Jackson BA, Jaffe MW. JAMA 1963;185:914-919. Versions in use are copyright The Gerontological Society of America and the Hartford Institute for Geriatric Nursing; the wording is not here."
* insert Gated([["Permission of the owner of the version in use"]])
* insert NotShipped
* insert ScoredAs(sum, katz-total)
* insert ScoreItem(katz-bathing)
* insert ScoreItem(katz-dressing)
* insert ScoreItem(katz-toileting)
* insert ScoreItem(katz-transferring)
* insert ScoreItem(katz-continence)
* insert ScoreItem(katz-feeding)
* insert Sourced(, S, [["Katz 1963 as in use: six activities, 1 point each without help. No LOINC codes were found: items have codes of ours. No total when an item is missing: our default (D)."]])
* insert LostBelow(katz-total, bathing, 1)
* insert ByItem(katz-bathing)
* insert LostBelow(katz-total, dressing, 1)
* insert ByItem(katz-dressing)
* insert LostBelow(katz-total, toileting, 1)
* insert ByItem(katz-toileting)
* insert LostBelow(katz-total, transferring, 1)
* insert ByItem(katz-transferring)
* insert LostBelow(katz-total, continence, 1)
* insert ByItem(katz-continence)
* insert LostBelow(katz-total, feeding, 1)
* insert ByItem(katz-feeding)
* insert KatzItem(katz-bathing)
* insert KatzItem(katz-dressing)
* insert KatzItem(katz-toileting)
* insert KatzItem(katz-transferring)
* insert KatzItem(katz-continence)
* insert KatzItem(katz-feeding)

Instance: katz-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(katz-total, "Katz index")
* category[+] = USCORECAT#functional-status "Functional Status"
* code = RESULT#katz-total
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/function-loss-by-points"
* extension[=].extension[+].url = "kind"
* extension[=].extension[=].valueCode = #adl
* extension[=].extension[+].url = "most"
* extension[=].extension[=].valueInteger = 6
* insert Sourced(, S, [["Customary reading: 6 full function, 4 moderate impairment, 2 or less severe impairment. 3 and 5 have no published label (clinical practice, rule 13)."]])
* insert Band(severe-impairment, "severe impairment", 0, 2)
* insert Band(not-labeled, "no published label", 3, 3)
* insert Band(moderate-impairment, "moderate impairment", 4, 4)
* insert Band(not-labeled, "no published label", 5, 5)
* insert Band(full-function, "full function", 6, 6)

RuleSet: Own(number, code, text)
* item[+].linkId = "{code}"
* item[=].prefix = "{number}."
* item[=].code = ITEMS#{code}
* item[=].text = {text}
* item[=].type = #choice
* item[=].required = true

Instance: health-literacy
InstanceOf: Questionnaire
Usage: #definition
* insert OwnInstrument(health-literacy, HealthLiteracy, [["Single Item Literacy Screener (SILS)"]], single-item-literacy, patient)
* description = "One question about help with reading, answered by the patient only. Sometimes, often and always are positive. Bands: ObservationDefinition/health-literacy-screen."
* copyright = "Single Item Literacy Screener: Morris NS, MacLean CD, Chew LD, Littenberg B. BMC Fam Pract 2006;7:21; Creative Commons Attribution-NonCommercial 4.0. Answers: This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Gated([["Noncommercial use (CC BY-NC 4.0), or permission of the authors"]])
* insert ScoredAs(worst-answer, health-literacy-screen)
* insert ScoreItem(help-with-reading)
* insert Sourced(, S, [["Morris 2006: sometimes, often or always is positive. Wording, answers and license as a public form of home health care prints them. No LOINC code of the question is known to us: it has one of ours."]])
* insert Own(1, help-with-reading, [["How often do you need to have someone help you when you read instructions, pamphlets, or other written material from your doctor or pharmacy?"]])
* insert Option(LA6270-8, "Never", 0)
* insert Option(LA10066-1, "Rarely", 0)
* insert Option(LA10082-8, "Sometimes", 1)
* insert Option(LA10044-8, "Often", 1)
* insert Option(LA9933-8, "Always", 1)

Instance: health-literacy-screen
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(health-literacy-screen, [["Help with reading health material"]])
* code = RESULT#health-literacy
* insert Sourced(, S, [["Morris NS, et al. BMC Fam Pract 2006;7:21: sometimes, often or always is positive."]])
* insert Band(negative, "never or rarely needs help with reading", 0, 0)
* insert Band(positive, "needs help with reading", 1, 1)
* insert BandFinding(low-health-literacy)

Instance: falls
InstanceOf: Questionnaire
Usage: #definition
* insert OwnInstrument(falls, Falls, [["Three key questions about falls (falls screen)"]], falls-screen, anyone)
* description = "Yes to one of three questions is a positive screen; no to all three is negative. One that is not answered leaves a negative screen open. Bands: ObservationDefinition/falls-screen."
* copyright = "The three key questions of STEADI (Stopping Elderly Accidents, Deaths and Injuries), Centers for Disease Control and Prevention; a work of the United States government, in the public domain. Answers: This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert ScoredAs(worst-answer, falls-screen)
* insert ScoreItem(fallen)
* insert ScoreItem(unsteady)
* insert ScoreItem(worried-about-falling)
* insert Sourced(, K, [["CDC STEADI, algorithm for fall risk screening: yes to any of the three key questions is at risk. General knowledge; no source was opened. No LOINC codes are known to us: items have codes of ours."]])
* insert Own(1, fallen, "Have you fallen in the past year?")
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)
* insert Own(2, unsteady, "Do you feel unsteady when standing or walking?")
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)
* insert Own(3, worried-about-falling, "Are you worried about falling?")
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)

Instance: falls-screen
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(falls-screen, "Falls screen")
* code = RESULT#falls-screen
* insert Sourced(, K, [["CDC STEADI: yes to any of the three key questions is at risk. General knowledge; no source was opened."]])
* insert Band(negative, "negative", 0, 0)
* insert Band(positive, "positive", 1, 1)
* insert BandFinding(falls-screen-positive)

RuleSet: Words(linkId, text)
* item[+].linkId = "{linkId}"
* item[=].text = {text}
* item[=].type = #text

Instance: what-matters
InstanceOf: Questionnaire
Usage: #definition
* insert OwnInstrument(what-matters, WhatMatters, [["What matters most (what matters)"]], what-matters, patient)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/supports-domain"
* extension[=].valueCode = #what-matters
* description = "Three open questions, in the person's own words, answered by the patient only. Nothing is scored. What was said is concluded with conclude-assessment."
* copyright = "Questions worded by carefhir; Apache License 2.0."
* insert Sourced(, D, [["Our default, after the first of the 4Ms of age-friendly care (K)."]])
* insert Words(matters-most, [["What matters most to you in your life now?"]])
* insert Words(hope-and-worry, [["What do you hope for from your care, and what are you worried about?"]])
* insert Words(not-at-any-price, [["What would you not want to give up, even for more time or better numbers?"]])

Instance: supports
InstanceOf: Questionnaire
Usage: #definition
* insert OwnInstrument(supports, Supports, [["Supports and caregivers (supports)"]], supports, anyone)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/supports-domain"
* extension[=].valueCode = #supports
* description = "Who helps, with what, and how the helper is. Nothing is scored: there is no strain score of ours, and published ones are not shipped. Who helps and what they may know is recorded with record-support."
* copyright = "Questions worded by carefhir; Apache License 2.0. Answers: This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Sourced(, D, [["Our default, after the assessment elements of NCQA case management (K)."]])
* insert Words(who-helps, [["Who helps you, and with what?"]])
* insert Words(when-they-cannot, [["Who would help if they could not come?"]])
* item[+].linkId = "helper-asked"
* item[=].text = "Was the helper asked how they are?"
* item[=].type = #choice
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)
* insert Words(helper-words, [["What did the helper say: sleep, health, work, money, what would help them?"]])
