// Social needs, the rest: the supplemental questions of the AHC health-related social needs screening tool (AHC-HRSN), each
// domain scored by itself. What they ask about drink and drugs is restricted (clinical practice, rule 4).

RuleSet: PatientOnly(otherwise)
* extension[=].extension[+].url = "patientOnly"
* extension[=].extension[=].valueBoolean = true
* extension[=].extension[+].url = "otherwise"
* extension[=].extension[=].valueString = {otherwise}

RuleSet: YesNoAsked(number, loinc, text)
* insert Choice({number}, {loinc}, [[{text}]])
* insert Option(LA33-6, "Yes", 1)
* insert Option(LA32-8, "No", 0)

RuleSet: InTwelveMonths(number, loinc, text)
* insert Choice({number}, {loinc}, [[{text}]])
* insert Option(LA6270-8, "Never", 0)
* insert Option(LA26460-8, "Once or twice", 1)
* insert Option(LA18876-5, "Monthly", 1)
* insert Option(LA18891-4, "Weekly", 1)
* insert Option(LA18934-2, "Daily or almost daily", 1)

RuleSet: InTwoWeeks(number, loinc, text)
* insert Choice({number}, {loinc}, [[{text}]])
* insert Option(LA6568-5, "Not at all", 0)
* insert Option(LA6569-3, "Several days", 1)
* insert Option(LA6570-1, "More than half the days", 2)
* insert Option(LA6571-9, "Nearly every day", 3)

Instance: ahc-hrsn-supplemental
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(ahc-hrsn-supplemental, AHCHRSNSupplemental, [["Accountable Health Communities health-related social needs screening tool, supplemental questions (AHC-HRSN supplemental)"]], 97023-6, anyone)
* description = "Money, work, help and company, language and schooling, physical activity, substance use, mood and stress, and disabilities, each scored by itself: what is not answered has no result, and the rest has its own. Any answer but 'never' about drink, tobacco, medicines or drugs is positive; these answers, their result, concern and Task are restricted. The two questions about mood are the PHQ-2: they count only where the person answered. Minutes of exercise a week are days times minutes; under 150 is a need, from 18 years on; the tool's limit for 6 to 17 years is not used here. Bands: ObservationDefinition/ahc-financial-strain, ahc-employment, ahc-daily-help, ahc-loneliness, ahc-language, ahc-education, ahc-physical-activity, ahc-substance-use, phq-2-total, ahc-stress, ahc-concentration and ahc-errands."
* copyright = "AHC HRSN screening tool, supplemental questions: Centers for Medicare & Medicaid Services, Center for Medicare and Medicaid Innovation; a publication of the United States government, and as such in the public domain (general knowledge: no statement of it was opened). It takes questions from others: money, Hall MH, Matthews KA, Kravitz HM, et al. Sleep 2009;32:73-82; help, Kaiser Permanente, Medicare Total Health Assessment; company, AARP; language, American Community Survey, United States Census Bureau; exercise, Coleman KJ, Ngor E, Reynolds K, et al. Med Sci Sports Exerc 2012;44:2071-2076; drink and drugs, National Institute on Drug Abuse quick screen; mood, PHQ-2, developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant from Pfizer Inc.; stress, Elo AL, Leppänen A, Jahkola A. Scand J Work Environ Health 2003;29:444-451; disabilities, data collection standards of the Department of Health and Human Services. A site asks its counsel before it uses the form. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert ScoredAs(worst-answer, ahc-financial-strain)
* insert ScoreItem(76513-1)
* insert ScoredAs(worst-answer, ahc-employment)
* insert ScoreItem(96780-2)
* insert ScoredAs(worst-answer, ahc-daily-help)
* insert ScoreItem(96781-0)
* insert ScoredAs(worst-answer, ahc-loneliness)
* insert ScoreItem(93159-2)
* insert ScoredAs(worst-answer, ahc-language)
* insert ScoreItem(97027-7)
* insert ScoredAs(worst-answer, ahc-education)
* insert ScoreItem(96782-8)
* insert ScoredAs(product, ahc-physical-activity)
* insert ScoreItem(89555-7)
* insert ScoreItem(68516-4)
* insert ScoredAs(worst-answer, ahc-substance-use)
* insert Restricted
* insert ScoreItem(68517-2)
* insert ScoreItem(96842-0)
* insert ScoreItem(95530-2)
* insert ScoreItem(68524-8)
* insert ScoredAs(sum, phq-2-total)
* insert PatientOnly([["the two questions about mood (PHQ-2) are not scored: only the patient answers them; ask the patient"]])
* insert ScoreItem(44250-9)
* insert ScoreItem(44255-8)
* insert ScoredAs(worst-answer, ahc-stress)
* insert ScoreItem(93038-8)
* insert ScoredAs(worst-answer, ahc-concentration)
* insert ScoreItem(69858-9)
* insert ScoredAs(worst-answer, ahc-errands)
* insert ScoreItem(69861-3)
* insert Sourced(, S, [["AHC HRSN screening tool, CMS: domains, and the steps for physical activity, as public programs quote the tool. Item and answer codes of LOINC 97023-6 as several public lists of a state's data exchange have them, in the order of the printed answers. Which answers are a need: from the words and from one public scorer (S); in the printed tool they are underlined, which no text that we could read shows."]])
* insert Choice(11, 76513-1, [["How hard is it for you to pay for the very basics like food, housing, medical care, and heating? Would you say it is:"]])
* insert Option(LA15832-1, "Very hard", 1)
* insert Option(LA22683-9, "Somewhat hard", 1)
* insert Option(LA31980-8, "Not hard at all", 0)
* insert Choice(12, 96780-2, "Do you want help finding or keeping work or a job?")
* insert Option(LA31981-6, [["Yes, help finding work"]], 1)
* insert Option(LA31982-4, [["Yes, help keeping work"]], 1)
* insert Option(LA31983-2, "I do not need or want help", 0)
* insert Choice(13, 96781-0, [["If for any reason you need help with day-to-day activities such as bathing, preparing meals, shopping, managing finances, etc., do you get the help you need?"]])
* insert Option(LA31976-6, "I don't need any help", 0)
* insert Option(LA31977-4, "I get all the help I need", 0)
* insert Option(LA31978-2, "I could use a little more help", 1)
* insert Option(LA31979-0, "I need a lot more help", 2)
* insert Choice(14, 93159-2, "How often do you feel lonely or isolated from those around you?")
* insert Option(LA6270-8, "Never", 0)
* insert Option(LA10066-1, "Rarely", 0)
* insert Option(LA10082-8, "Sometimes", 0)
* insert Option(LA10044-8, "Often", 1)
* insert Option(LA9933-8, "Always", 1)
* insert YesNoAsked(15, 97027-7, "Do you speak a language other than English at home?")
* insert YesNoAsked(16, 96782-8, [["Do you want help with school or training? For example, starting or completing job training or getting a high school diploma, GED or equivalent."]])
* insert Choice(17, 89555-7, [["In the last 30 days, other than the activities you did for work, on average, how many days per week did you engage in moderate exercise (like walking fast, running, jogging, dancing, swimming, biking, or other similar activities)?"]])
* insert Option(LA6111-4, "0", 0)
* insert Option(LA6112-2, "1", 1)
* insert Option(LA6113-0, "2", 2)
* insert Option(LA6114-8, "3", 3)
* insert Option(LA6115-5, "4", 4)
* insert Option(LA10137-0, "5", 5)
* insert Option(LA10138-8, "6", 6)
* insert Option(LA10139-6, "7", 7)
* insert Choice(18, 68516-4, [["On average, how many minutes did you usually spend exercising at this level on one of those days?"]])
* item[=].enableWhen[0].question = "89555-7"
* item[=].enableWhen[0].operator = #!=
* item[=].enableWhen[0].answerCoding = LNC#LA6111-4
* insert Option(LA6111-4, "0", 0)
* insert Option(LA13942-0, "10", 10)
* insert Option(LA19282-5, "20", 20)
* insert Option(LA28855-7, "30", 30)
* insert Option(LA28858-1, "40", 40)
* insert Option(LA28854-0, "50", 50)
* insert Option(LA28853-2, "60", 60)
* insert Option(LA28891-2, "90", 90)
* insert Option(LA32059-0, "120", 120)
* insert Option(LA32060-8, "150 or greater", 150)
* item[+].linkId = "substance-stem"
* item[=].text = "The next questions relate to your experience with alcohol, cigarettes, and other drugs. Some of the substances are prescribed by a doctor (like pain medications), but only count those if you have taken them for reasons or in doses other than prescribed."
* item[=].type = #display
* insert InTwelveMonths(19, 68517-2, [["How many times in the past 12 months have you had 5 or more drinks in a day (males) or 4 or more drinks in a day (females)? One drink is 12 ounces of beer, 5 ounces of wine, or 1.5 ounces of 80-proof spirits."]])
* insert InTwelveMonths(20, 96842-0, [["How many times in the past 12 months have you used tobacco products (like cigarettes, cigars, snuff, chew, electronic cigarettes)?"]])
* insert InTwelveMonths(21, 95530-2, [["How many times in the past year have you used prescription drugs for non-medical reasons?"]])
* insert InTwelveMonths(22, 68524-8, "How many times in the past year have you used illegal drugs?")
* item[+].linkId = "mood-stem"
* item[=].text = "Over the past 2 weeks, how often have you been bothered by any of the following problems?"
* item[=].type = #display
* insert InTwoWeeks(23a, 44250-9, [["Little interest or pleasure in doing things?"]])
* insert InTwoWeeks(23b, 44255-8, [["Feeling down, depressed, or hopeless?"]])
* insert Choice(24, 93038-8, [["Stress means a situation in which a person feels tense, restless, nervous, or anxious, or is unable to sleep at night because his or her mind is troubled all the time. Do you feel this kind of stress these days?"]])
* insert Option(LA6568-5, "Not at all", 0)
* insert Option(LA13863-8, "A little bit", 0)
* insert Option(LA13909-9, "Somewhat", 1)
* insert Option(LA13902-4, "Quite a bit", 2)
* insert Option(LA13914-9, "Very much", 2)
* insert YesNoAsked(25, 69858-9, [["Because of a physical, mental, or emotional condition, do you have serious difficulty concentrating, remembering, or making decisions?"]])
* insert YesNoAsked(26, 69861-3, [["Because of a physical, mental, or emotional condition, do you have difficulty doing errands alone such as visiting a doctor's office or shopping?"]])

// ---- results and bands

RuleSet: OneAnswer(id, name, loinc, mark, text)
* insert SurveyAnswer({id}, [[{name}]])
* code = LNC#{loinc}
* insert Sourced(, {mark}, [[{text}]])

Instance: ahc-financial-strain
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-financial-strain, [["Money for the basics (AHC-HRSN)"]], 76513-1, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: somewhat hard and very hard are a need."]])
* insert SocialNeed(financial-insecurity, "Financial Insecurity")
* insert Band(no-risk, "paying for the basics is not hard", 0, 0)
* insert Answered(LA31980-8, "Not hard at all")
* insert Band(at-risk, "paying for the basics is hard", 1, 1)
* insert BandFinding(financial-strain)

Instance: ahc-employment
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-employment, [["Work (AHC-HRSN)"]], 96780-2, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: wanting help to find or keep work is a need."]])
* insert SocialNeed(employment-status, "Employment Status")
* insert Band(no-risk, "no help with work needed or wanted", 0, 0)
* insert Answered(LA31983-2, "I do not need or want help")
* insert Band(at-risk, "wants help finding or keeping work", 1, 1)
* insert BandFinding(employment-help)

Instance: ahc-daily-help
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-daily-help, [["Help with daily activities (AHC-HRSN)"]], 96781-0, S, [["AHC HRSN screening tool, CMS, by the words of its answers: who could use a little more help, or needs a lot more, has a need. Two bands: our default (D)."]])
* insert Band(no-risk, "needs no more help day to day", 0, 0)
* insert Band(at-risk, "could use a little more help day to day", 1, 1)
* insert Answered(LA31978-2, "I could use a little more help")
* insert BandFinding(daily-help-lacking)
* insert Band(at-risk, "needs a lot more help day to day", 2, 2)
* insert Answered(LA31979-0, "I need a lot more help")
* insert BandFinding(daily-help-lacking)

Instance: ahc-loneliness
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-loneliness, [["Lonely or isolated (AHC-HRSN)"]], 93159-2, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: often and always are a need."]])
* insert Band(no-risk, "at most sometimes lonely", 0, 0)
* insert Band(at-risk, "often or always lonely", 1, 1)
* insert BandFinding(lonely)

Instance: ahc-language
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-language, [["Another language at home (AHC-HRSN)"]], 97027-7, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: yes counts in the domain education."]])
* insert Band(no-risk, "English at home", 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, "another language than English at home", 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(other-language)

Instance: ahc-education
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-education, [["School or training (AHC-HRSN)"]], 96782-8, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: yes is a need."]])
* insert SocialNeed(educational-attainment, "Educational Attainment")
* insert Band(no-risk, "no help with school or training wanted", 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, "wants help with school or training", 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(education-help)

RuleSet: FromAge(years)
* qualifiedInterval[=].age.low = {years} 'a' "a"

Instance: ahc-physical-activity
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(ahc-physical-activity, [["Exercise, minutes a week (AHC-HRSN)"]])
* code = LNC#77594-0
* insert Sourced(, S, [["AHC HRSN screening tool, CMS, as a public program quotes it: days times minutes; from 18 years on, less than 150 minutes a week shows a need. 150 or greater counts as 150. LOINC 77594-0: public code lists (S)."]])
* insert Band(at-risk, "less than 150 minutes a week", 0, 149)
* insert FromAge(18)
* insert BandFinding(low-physical-activity)
* insert Band(no-risk, "150 minutes a week or more", 150, 1050)
* insert FromAge(18)

Instance: ahc-substance-use
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyAnswer(ahc-substance-use, [["Substance use (AHC-HRSN)"]])
* code = RESULT#ahc-substance-use
* insert Sourced(, S, [["AHC HRSN screening tool, CMS, as this project's shared reference and one public scorer read it: anything but never is positive, in each of the four questions."]])
* insert Band(negative, [["never, in all four"]], 0, 0)
* insert Band(positive, "positive", 1, 1)
* insert BandFinding(substance-use-screen-positive)

Instance: ahc-stress
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-stress, [["Stress (AHC-HRSN)"]], 93038-8, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: somewhat is positive. Where that reading is wrong it asks too many: the more careful one is our default (D)."]])
* insert Band(no-risk, "little or no stress", 0, 0)
* insert Band(at-risk, "some stress", 1, 1)
* insert Answered(LA13909-9, "Somewhat")
* insert BandFinding(stress)
* insert Band(at-risk, "much stress", 2, 2)
* insert BandFinding(stress)

Instance: ahc-concentration
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-concentration, [["Concentrating, remembering, deciding (AHC-HRSN)"]], 69858-9, S, [["AHC HRSN screening tool, CMS, as one public scorer reads it: yes is positive."]])
* insert Band(no-risk, [["no serious difficulty concentrating, remembering or deciding"]], 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, [["serious difficulty concentrating, remembering or deciding"]], 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(thinking-difficulty)

Instance: ahc-errands
InstanceOf: ObservationDefinition
Usage: #definition
* insert OneAnswer(ahc-errands, [["Errands alone (AHC-HRSN)"]], 69861-3, S, [["AHC HRSN screening tool, CMS, by its words: yes is positive."]])
* insert Band(no-risk, "no difficulty doing errands alone", 0, 0)
* insert Answered(LA32-8, "No")
* insert Band(at-risk, "difficulty doing errands alone", 1, 1)
* insert Answered(LA33-6, "Yes")
* insert BandFinding(errands-difficulty)

// Inserted into CodeSystem finding.
RuleSet: FindingsOfSupplement
* insert NeedFound(financial-strain, "hard to pay for the basics", [["Food, housing, medical care or heating is somewhat or very hard to pay for."]], "hard to pay for the basics", routine, Z59.869, financial-insecurity)
* insert NeedFound(employment-help, "wants help with work", [["The person wants help finding or keeping work."]], "wants help with work", routine, Z56.9, employment-status)
* insert NeedFound(education-help, "wants help with school or training", [["The person wants help with school or training."]], "wants help with school or training", routine, Z55.9, educational-attainment)
* insert Screened(daily-help-lacking, "too little help day to day", [["The person needs more help with daily activities than they get. No diagnosis."]], "too little help day to day", routine)
* insert Screened(lonely, "often or always lonely", [["The person feels lonely or isolated often or always. No diagnosis."]], "often or always lonely", routine)
* insert Screened(other-language, "another language at home", [["The person speaks another language than English at home. It is no problem of theirs: it says what to ask."]], "another language at home", routine)
* insert Screened(low-physical-activity, "less exercise than advised", [["Less than 150 minutes of exercise a week. No diagnosis."]], "less exercise than advised", routine)
* insert Screened(substance-use-screen-positive, "substance use screen positive", [["Heavy drinking, tobacco, medicines taken otherwise than meant, or drugs within a year. No diagnosis. Restricted."]], "substance use screen positive", routine)
* insert Screened(stress, "stress", [["The person feels some or much stress these days. No diagnosis."]], "stress", routine)
* insert Screened(thinking-difficulty, "difficulty concentrating or remembering", [["Serious difficulty concentrating, remembering or making decisions, by the person's own word. No diagnosis."]], "difficulty concentrating or remembering", routine)
* insert Screened(errands-difficulty, "difficulty doing errands alone", [["Difficulty doing errands alone, by the person's own word. No diagnosis."]], "difficulty doing errands alone", routine)

// Inserted into PlanDefinition screen-follow-up.
RuleSet: FollowUpOfSupplement
* insert FollowUp(talk-about-substances, screen-follow-up, "Talk in private", [["A restricted matter: talk about it alone with the person, without judgment: what they use, what they would like to change, withdrawal, medicine that does not go with it. Say nothing of it to others without the person's written consent. Only a provider makes a diagnosis of it."]])
* insert When([["finding = 'substance-use-screen-positive'"]])
* insert OwnedBy(social-worker)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Owner and restriction: clinical practice, rule 4 (42 CFR Part 2: K). Seven days: our default, as after the AUDIT-C."]])
* insert FollowUp(more-help, screen-follow-up, "Find more help at home", [["Ask what goes undone: bathing, meals, shopping, money, medicine. Who helps, and how are they? Look for help at home, and ask the provider where an order is needed."]])
* insert When([["finding = 'daily-help-lacking' and points >= 2"]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, "Our default.")
* insert FollowUp(some-more-help, screen-follow-up, "Ask about help at home", [["Ask what goes undone: bathing, meals, shopping, money, medicine. Who helps, and how are they?"]])
* insert When([["finding = 'daily-help-lacking' and points < 2"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, "Our default.")
* insert FollowUp(money-for-basics, screen-follow-up, "Ask what cannot be paid for", [["Ask what is gone without: food, rent, heat, medicine, visits. Medicine that is not bought goes to the provider today. Look for benefits and programs of the state, 211."]])
* insert When([["finding = 'financial-strain'"]])
* insert OwnedBy(social-worker)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Our default. 211: general knowledge (K)."]])
* insert FollowUp(talk-about-stress, screen-follow-up, "Talk about stress", [["Talk about it with the person: what weighs on them, sleep, safety, who is with them. Where mood is low, ask the PHQ-9."]])
* insert When([["finding = 'stress' and points >= 2"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, "Our default.")
* insert FollowUp(talk-about-thinking, screen-follow-up, "Look at memory and thinking", [["Ask the person, and with their leave who lives with them: since when, what goes wrong, medicine, mood, sleep, drink. Tell the provider: a test of memory is theirs to order. A sudden change is an emergency."]])
* insert When([["finding = 'thinking-difficulty'"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, "Our default.")
* insert FollowUp(language-and-interpreter, screen-follow-up, "Ask about language and interpreter", [["Ask in which language the person wants to talk and to read, and whether they want an interpreter. Have it put on record where everybody sees it."]])
* insert When([["finding = 'other-language'"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, "Our default.")
