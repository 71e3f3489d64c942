// Social needs: the core of the AHC health-related social needs screening tool (AHC-HRSN), each domain scored by itself.

RuleSet: YesNo12(number, loinc, text)
* insert Choice({number}, {loinc}, [[{text}]])
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)

RuleSet: HitsItem(number, loinc, text)
* insert Choice({number}, {loinc}, [[{text}]])
* insert Option(LA6270-8, "Never", 1)
* insert Option(LA10066-1, "Rarely", 2)
* insert Option(LA10082-8, "Sometimes", 3)
* insert Option(LA16644-9, "Fairly often", 4)
* insert Option(LA6482-9, "Frequently", 5)

RuleSet: CountsIf(item, otherwise)
* extension[=].extension[+].url = "countsIf"
* extension[=].extension[=].valueString = "{item}"
* extension[=].extension[+].url = "otherwise"
* extension[=].extension[=].valueString = {otherwise}

RuleSet: NeedsToo(item, words)
* extension[=].extension[+].url = "needs"
* extension[=].extension[=].valueString = "{item}"
* extension[=].extension[+].url = "needsWords"
* extension[=].extension[=].valueString = {words}

Instance: ahc-hrsn
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(ahc-hrsn, AHCHRSN, [["Accountable Health Communities health-related social needs screening tool, core questions (AHC-HRSN)"]], 96777-8, anyone)
* description = "Housing, food, transport, utilities and safety, each scored by itself: a domain that is not answered has no result, and the others have theirs. The four questions about safety (HITS) are for the person alone: they count only where the answers say that nobody else heard them, and the person answered; otherwise the result is 'repeat in private' and never negative. A positive one is heard in any case, needs a number that is safe to call, is restricted, and goes to a social worker today. Bands: ObservationDefinition/ahc-housing, housing-problems, hunger-vital-sign-result, ahc-transport, ahc-utilities and hits-total."
* copyright = "AHC HRSN screening tool: Centers for Medicare & Medicaid Services, Center for Medicare and Medicaid Innovation. Housing and transport questions from PRAPARE, copyright National Association of Community Health Centers and partners (2017). Food: Hunger Vital Sign, Hager ER, Quigg AM, Black MM, et al. Pediatrics 2010;126(1):e26-e32. Utilities: Cook JT, Frank DA, Casey PH, et al. Pediatrics 2008;122:e867-e875. Housing problems: Nuruzzaman N, Broadwin M, Kourouma K, Olson DP. J Health Care Poor Underserved 2015;26:321-327. Safety: HITS, copyright Kevin Sherin, MD, MPH; Sherin KM, Sinacore JM, Li XQ, et al. Fam Med 1998;30:508-512. A site asks its counsel before it uses the form. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert ScoredAs(worst-answer, ahc-housing)
* insert ScoreItem(71802-3)
* insert ScoredAs(worst-answer, housing-problems)
* insert ScoreItem(96778-6)
* insert ScoredAs(worst-answer, hunger-vital-sign-result)
* insert ScoreItem(88122-7)
* insert ScoreItem(88123-5)
* insert ScoredAs(worst-answer, ahc-transport)
* insert ScoreItem(93030-5)
* insert ScoredAs(worst-answer, ahc-utilities)
* insert ScoreItem(96779-4)
* insert ScoredAs(sum, hits-total)
* insert Restricted
* insert CountsIf(asked-alone, [["HITS is not scored: it counts only if the person answered it alone and nobody else heard it; repeat in private"]])
* insert NeedsToo(safe-number, [["ask in private which number is safe to call, and when, and record it"]])
* insert ScoreItem(95618-5)
* insert ScoreItem(95617-7)
* insert ScoreItem(95616-9)
* insert ScoreItem(95615-1)
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: which answers are a need (as a public implementation guide prints the tool), HITS 11 or more. Item and answer codes as in LOINC 96777-8, compared with public forms and code lists: LA31993-1 (a steady place) is negative, which one public list has the other way. Alone and in private, and a safe number: clinical practice, rules 3 and 4."]])
* insert Choice(1, 71802-3, "What is your living situation today?")
* insert Option(LA31993-1, "I have a steady place to live", 0)
* insert Option(LA31994-9, [["I have a place to live today, but I am worried about losing it in the future"]], 1)
* insert Option(LA31995-6, [["I do not have a steady place to live (I am temporarily staying with others, in a hotel, in a shelter, living outside on the street, on a beach, in a car, abandoned building, bus or train station, or in a park)"]], 2)
* insert Choice(2, 96778-6, "Think about the place you live. Do you have problems with any of the following?")
* item[=].repeats = true
* insert Option(LA31996-4, [["Pests such as bugs, ants, or mice"]], 1)
* insert Option(LA28580-1, "Mold", 1)
* insert Option(LA31997-2, "Lead paint or pipes", 1)
* insert Option(LA31998-0, "Lack of heat", 1)
* insert Option(LA31999-8, "Oven or stove not working", 1)
* insert Option(LA32000-4, "Smoke detectors missing or not working", 1)
* insert Option(LA32001-2, "Water leaks", 1)
* insert Option(LA9-3, "None of the above", 0)
* item[+].linkId = "food-stem"
* item[=].text = "Some people have made the following statements about their food situation. Please answer whether the statements were often, sometimes, or never true for you and your household in the last 12 months."
* item[=].type = #display
* insert Choice(3, 88122-7, [["Within the past 12 months, you worried that your food would run out before you got money to buy more."]])
* insert Option(LA28397-0, "Often true", 1)
* insert Option(LA6729-3, "Sometimes true", 1)
* insert Option(LA28398-8, "Never true", 0)
* insert Choice(4, 88123-5, [["Within the past 12 months, the food you bought just didn't last and you didn't have money to get more."]])
* insert Option(LA28397-0, "Often true", 1)
* insert Option(LA6729-3, "Sometimes true", 1)
* insert Option(LA28398-8, "Never true", 0)
* insert YesNo12(5, 93030-5, [["In the past 12 months, has lack of reliable transportation kept you from medical appointments, meetings, work or from getting to things needed for daily living?"]])
* insert Choice(6, 96779-4, [["In the past 12 months has the electric, gas, oil, or water company threatened to shut off services in your home?"]])
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)
* insert Option(LA32002-0, "Already shut off", 2)
* item[+].linkId = "asked-alone"
* item[=].text = "Before the questions about safety: does the person answer by themselves, and can nobody else hear the questions or the answers?"
* item[=].type = #choice
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)
* item[+].linkId = "safety-stem"
* item[=].text = "Because violence and abuse happens to a lot of people and affects their health we are asking the following questions."
* item[=].type = #display
* insert HitsItem(7, 95618-5, [["How often does anyone, including family and friends, physically hurt you?"]])
* insert HitsItem(8, 95617-7, [["How often does anyone, including family and friends, insult or talk down to you?"]])
* insert HitsItem(9, 95616-9, [["How often does anyone, including family and friends, threaten you with harm?"]])
* insert HitsItem(10, 95615-1, [["How often does anyone, including family and friends, scream or curse at you?"]])
* item[+].linkId = "safe-number"
* item[=].text = "A number that is safe to call, and when. Asked where one of these happens."
* item[=].type = #string

// ---- results and bands

RuleSet: SurveyAnswer(id, name)
* insert Definition({id}, [[{name}]])
* category = OBSCAT#survey
* code.text = {name}
* permittedDataType = #CodeableConcept
* multipleResultsAllowed = false

RuleSet: Answered(loinc, display)
* qualifiedInterval[=].context.coding[1] = LNC#{loinc} {display}

Instance: ahc-housing
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(ahc-housing, [["Housing status (AHC-HRSN)"]])
* insert SocialNeed(housing-instability, "Housing Instability")
* insert FurtherNeed(homelessness, "Homelessness")
* code = LNC#71802-3
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: the second and third answer are a need. PRAPARE asks the same LOINC item with other answers, which are not read here."]])
* insert Band(no-risk, "a steady place to live", 0, 0)
* insert Answered(LA31993-1, "I have a steady place to live")
* insert Band(at-risk, "worried about losing the home", 1, 1)
* insert Answered(LA31994-9, [["I have a place to live today, but I am worried about losing it in the future"]])
* insert BandFinding(housing-instability)
* insert Band(at-risk, "no steady place to live", 2, 2)
* insert Answered(LA31995-6, "I do not have a steady place to live")
* insert BandFinding(homelessness)

Instance: housing-problems
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(housing-problems, [["Problems with the home (AHC-HRSN)"]])
* insert SocialNeed(inadequate-housing, "Inadequate Housing")
* code = RESULT#housing-problems
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: any answer but 'none of the above' is a need. Where both are given, the problem counts: our default (D)."]])
* insert Band(no-risk, "none of the problems asked about", 0, 0)
* insert Band(at-risk, "problems with the home", 1, 1)
* insert BandFinding(inadequate-housing)

Instance: ahc-transport
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(ahc-transport, [["Transport (AHC-HRSN)"]])
* insert SocialNeed(transportation-insecurity, "Transportation Insecurity")
* code = LNC#93030-5
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: yes is a need."]])
* insert Band(no-risk, "transport is no problem", 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, "no reliable transport", 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(transportation-insecurity)

Instance: ahc-utilities
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(ahc-utilities, [["Utilities (AHC-HRSN)"]])
* insert SocialNeed(utility-insecurity, "Utility Insecurity")
* code = LNC#96779-4
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: yes and already shut off are a need. Two findings, because a shut-off cannot wait; Z59.87 for the threat and Z59.12 for the shut-off: our default (D)."]])
* insert Band(no-risk, "no threat to shut off services", 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, "threatened to be shut off", 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(utility-insecurity)
* insert Band(at-risk, "already shut off", 2, 2)
* insert Answered(LA32002-0, "Already shut off")
* insert BandFinding(utilities-shut-off)

Instance: hits-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(hits-total, "HITS total score")
* code = LNC#95614-4
* insert Sourced(, V, [["AHC HRSN screening tool, CMS: four answers of 1 to 5 points, 11 or more is positive. LOINC 95614-4 for the total."]])
* insert Band(negative, "negative", 4, 10)
* insert Band(positive, "positive", 11, 20)
* insert BandFinding(violence-screen-positive)
