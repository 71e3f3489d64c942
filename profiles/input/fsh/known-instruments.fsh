// What carefhir knows about instruments that others publish, and how a form is checked against it (carefhir check-instrument).
// Codes and points: no item text, but a few key words by which an item is told from its neighbors; none for an instrument
// whose text needs permission.

Alias: KNOWN = https://carefhir.org/fhir/CodeSystem/known-instrument

RuleSet: Instrument(code, titles, license, scale)
* #{code} ^property[0].code = #titles
* #{code} ^property[0].valueString = {titles}
* #{code} ^property[1].code = #license
* #{code} ^property[1].valueCode = #{license}
* #{code} ^property[2].code = #scale
* #{code} ^property[2].valueCode = #{scale}

RuleSet: InstrumentHas(code, property, text)
* #{code} ^property[+].code = #{property}
* #{code} ^property[=].valueString = {text}

RuleSet: KnownBy(code, mark, text)
* #{code} ^extension[0].url = "https://carefhir.org/fhir/StructureDefinition/source"
* #{code} ^extension[0].extension[0].url = "text"
* #{code} ^extension[0].extension[0].valueString = {text}
* #{code} ^extension[0].extension[1].url = "mark"
* #{code} ^extension[0].extension[1].valueCode = #{mark}

CodeSystem: KnownInstrument
Id: known-instrument
Title: "Instruments that a form can be checked against"
Description: "Instruments that others publish: their LOINC panel and total, the names in a title that tell of them, and what their license asks of a form. Not legal advice."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/known-instrument"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/known-instrument"
* ^property[0].code = #titles
* ^property[0].type = #string
* ^property[0].description = "Names in a title that tell of it, in small letters without punctuation; separated by semicolons"
* ^property[1].code = #license
* ^property[1].type = #code
* ^property[1].description = "free: text may be shown; notice: text may be shown with the owner's notice; gated: text only with permission"
* ^property[2].code = #scale
* ^property[2].type = #code
* ^property[2].description = "points: points are summed and must be exact; risk: only zero and not zero differ; none: its answers carry no points"
* ^property[3].code = #panel
* ^property[3].type = #string
* ^property[3].description = "LOINC code of the whole form"
* ^property[4].code = #total
* ^property[4].type = #string
* ^property[4].description = "LOINC code of its result"
* ^property[5].code = #notice
* ^property[5].type = #string
* ^property[5].description = "Words of which the copyright must have one, in small letters without punctuation; separated by semicolons"
* #phq-9 "PHQ-9" "Patient Health Questionnaire, nine items: depression."
* insert Instrument(phq-9, [["phq 9; phq9; patient health questionnaire 9"]], notice, points)
* insert InstrumentHas(phq-9, panel, "44249-1")
* insert InstrumentHas(phq-9, total, "44261-6")
* insert InstrumentHas(phq-9, notice, "pfizer")
* insert KnownBy(phq-9, V, [["HL7/US-Core, Questionnaire-phq-9-example (read 2026-11-30): codes, order, answers, points. Kroenke et al., J Gen Intern Med 2001;16:606-613."]])
* #phq-2 "PHQ-2" "Patient Health Questionnaire, two items: depression."
* insert Instrument(phq-2, [["phq 2; phq2; patient health questionnaire 2"]], notice, points)
* insert InstrumentHas(phq-2, panel, "55757-9")
* insert InstrumentHas(phq-2, total, "55758-7")
* insert InstrumentHas(phq-2, notice, "pfizer")
* insert KnownBy(phq-2, S, [["The first two items of the PHQ-9; panel and total seen on loinc.org pages."]])
* #phq-4 "PHQ-4" "Patient Health Questionnaire, four items: anxiety and depression."
* insert Instrument(phq-4, [["phq 4; phq4; patient health questionnaire 4"]], notice, points)
* insert InstrumentHas(phq-4, panel, "69724-3")
* insert InstrumentHas(phq-4, notice, "pfizer")
* insert KnownBy(phq-4, V, [["chronic-care/mycareplanner, PHQ-4-questionnaire (read 2026-11-30): codes, order and answers."]])
* #gad-7 "GAD-7" "Generalized Anxiety Disorder, seven items."
* insert Instrument(gad-7, [["gad 7; gad7; generalized anxiety disorder 7"]], notice, points)
* insert InstrumentHas(gad-7, panel, "69737-5")
* insert InstrumentHas(gad-7, total, "70274-6")
* insert InstrumentHas(gad-7, notice, "pfizer")
* insert KnownBy(gad-7, V, [["HL7/personal-health-record-format-ig, GAD7 (read 2026-11-30): codes and order. The total: seen on one page (S)."]])
* #hunger-vital-sign "Hunger Vital Sign" "Two questions about food."
* insert Instrument(hunger-vital-sign, [["hunger vital sign"]], notice, risk)
* insert InstrumentHas(hunger-vital-sign, panel, "88121-9")
* insert InstrumentHas(hunger-vital-sign, total, "88124-3")
* insert InstrumentHas(hunger-vital-sign, notice, "hager; healthwatch; health watch; hunger vital sign")
* insert KnownBy(hunger-vital-sign, V, [["HL7/fhir-sdoh-clinicalcare, SDOHCC-QuestionnaireHungerVitalSign (read 2026-11-30); Hager et al., Pediatrics 2010;126:e26-e32."]])
* #ahc-hrsn "AHC HRSN core" "Accountable Health Communities screen for health-related social needs, core questions."
* insert Instrument(ahc-hrsn, [["ahc; accountable health communities; health related social needs"]], notice, risk)
* insert InstrumentHas(ahc-hrsn, panel, "96777-8")
* insert InstrumentHas(ahc-hrsn, total, "95614-4")
* insert InstrumentHas(ahc-hrsn, notice, "sherin; accountable health communities; centers for medicare")
* insert KnownBy(ahc-hrsn, V, [["chronic-care/mycareplanner, AHC-questionnaire (read 2026-11-30): codes, order and answers; points of HITS: shared reference of this project, from the forms it names."]])
* #ahc-hrsn-supplemental "AHC HRSN supplemental" "Accountable Health Communities screen for health-related social needs, supplemental questions."
* insert Instrument(ahc-hrsn-supplemental, [["ahc hrsn supplemental; health related social needs supplemental; health related social needs hrsn supplemental"]], notice, risk)
* insert InstrumentHas(ahc-hrsn-supplemental, panel, "97023-6")
* insert InstrumentHas(ahc-hrsn-supplemental, notice, "accountable health communities; ahc hrsn; centers for medicare")
* insert KnownBy(ahc-hrsn-supplemental, S, [["Public lists of codes and answers of a state's data exchange (read as excerpts): codes, order, answers. Which are a need: one public scorer."]])
* #audit-c "AUDIT-C" "Alcohol Use Disorders Identification Test, the three questions about consumption."
* insert Instrument(audit-c, [["audit c; auditc; alcohol use disorder identification test consumption; alcohol use disorders identification test consumption"]], notice, points)
* insert InstrumentHas(audit-c, panel, "72109-2")
* insert InstrumentHas(audit-c, total, "75626-2")
* insert InstrumentHas(audit-c, notice, "world health organization; veterans; bush k; who approved")
* insert KnownBy(audit-c, V, [["HL7/US-Core, Questionnaire-AUDIT-C (read 2026-11-30): items 2 and 3, answers and points, total. Item 1 (68518-0) has answers of which several public tables agree (S); that form has 68517-2 in its place."]])
* #prapare "PRAPARE" "Protocol for Responding to and Assessing Patients' Assets, Risks, and Experiences."
* insert Instrument(prapare, [["prapare; protocol for responding to and assessing patients"]], gated, none)
* insert InstrumentHas(prapare, panel, "93025-5")
* insert KnownBy(prapare, V, [["HL7/US-Core, Questionnaire-prapare-example (read 2026-11-30): codes and answers. Owned by NACHC: wording only with permission."]])
* #hark "HARK" "Humiliation, Afraid, Rape, Kick: violence by a partner."
* insert Instrument(hark, [["hark; humiliation afraid rape"]], notice, points)
* insert InstrumentHas(hark, total, "76504-0")
* insert KnownBy(hark, V, [["HL7/us-behavioral-health-profiles, hark-example-1 (read 2026-11-30)."]])
* #heavy-drinking-day "single question about heavy drinking" "How often in a year somebody drank more than the limit in one day."
* insert Instrument(heavy-drinking-day, [["single alcohol question"]], free, none)
* insert KnownBy(heavy-drinking-day, V, [["HL7/US-Core, Questionnaire-AUDIT-C (read 2026-11-30): the text of 68517-2 is that of another question than the first of AUDIT-C."]])
* #barthel "Barthel index" "Ten activities of daily living."
* insert Instrument(barthel, [["barthel"]], gated, none)
* insert KnownBy(barthel, S, "Text by permission of the Maryland State Medical Society.")
* #morisky "Morisky scale" "Taking medicines as ordered."
* insert Instrument(morisky, [["morisky; mmas"]], gated, none)
* insert KnownBy(morisky, K, "A signed license and secret scoring: general knowledge.")
* #mmse "MMSE" "Mini-Mental State Examination."
* insert Instrument(mmse, [["mmse; mini mental state"]], gated, none)
* insert KnownBy(mmse, K, "Licensed by its publisher: general knowledge.")
* #moca "MoCA" "Montreal Cognitive Assessment."
* insert Instrument(moca, [["moca; montreal cognitive assessment"]], gated, none)
* insert KnownBy(moca, K, "License and training asked for: general knowledge.")
* #copd-assessment-test "COPD Assessment Test" "Symptoms of COPD."
* insert Instrument(copd-assessment-test, [["copd assessment test"]], gated, none)
* insert KnownBy(copd-assessment-test, K, "Owned by its publisher: general knowledge.")
* #clinical-frailty-scale "Clinical Frailty Scale" "Frailty, judged by a clinician."
* insert Instrument(clinical-frailty-scale, [["clinical frailty scale"]], gated, none)
* insert KnownBy(clinical-frailty-scale, K, "Permission asked for: general knowledge.")
* #zarit "Zarit Burden Interview" "Burden of a caregiver."
* insert Instrument(zarit, [["zarit"]], gated, none)
* insert KnownBy(zarit, K, "Licensed: general knowledge.")
* #caregiver-strain-index "Caregiver Strain Index" "Strain of a caregiver."
* insert Instrument(caregiver-strain-index, [["caregiver strain index"]], gated, none)
* insert KnownBy(caregiver-strain-index, K, "Gerontological Society of America: general knowledge.")
* #promis "PROMIS" "Patient-reported outcomes; scored by tables of their owner."
* insert Instrument(promis, [["promis; patient reported outcomes measurement"]], gated, none)
* insert KnownBy(promis, K, "Scoring tables belong to their owner: general knowledge.")

ValueSet: KnownInstrumentCodes
Id: known-instrument
Title: "Instruments that a form can be checked against: all codes"
Description: "Every code of instruments that a form can be checked against."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/known-instrument"
* include codes from system KnownInstrument

RuleSet: ItemOf(instrument, number, item, needed, words, answers)
* #{instrument}.{item} "{instrument} {number}" "Question {number} of {instrument}, LOINC {item}."
* #{instrument}.{item} ^property[0].code = #instrument
* #{instrument}.{item} ^property[0].valueCode = #{instrument}
* #{instrument}.{item} ^property[1].code = #item
* #{instrument}.{item} ^property[1].valueString = "{item}"
* #{instrument}.{item} ^property[2].code = #number
* #{instrument}.{item} ^property[2].valueInteger = {number}
* #{instrument}.{item} ^property[3].code = #needed
* #{instrument}.{item} ^property[3].valueBoolean = {needed}
* #{instrument}.{item} ^property[4].code = #answers
* #{instrument}.{item} ^property[4].valueString = {answers}
* #{instrument}.{item} ^property[5].code = #words
* #{instrument}.{item} ^property[5].valueString = {words}

RuleSet: WordsOnly(instrument, number, item, words)
* #{instrument}.{item} "{instrument} {number}" "Question {number} of {instrument}, LOINC {item}."
* #{instrument}.{item} ^property[0].code = #instrument
* #{instrument}.{item} ^property[0].valueCode = #{instrument}
* #{instrument}.{item} ^property[1].code = #item
* #{instrument}.{item} ^property[1].valueString = "{item}"
* #{instrument}.{item} ^property[2].code = #number
* #{instrument}.{item} ^property[2].valueInteger = {number}
* #{instrument}.{item} ^property[3].code = #words
* #{instrument}.{item} ^property[3].valueString = {words}

// Of a gated instrument: no words of it.
RuleSet: SilentItemOf(instrument, number, item, needed, answers)
* #{instrument}.{item} "{instrument} {number}" "Question {number} of {instrument}, LOINC {item}."
* #{instrument}.{item} ^property[0].code = #instrument
* #{instrument}.{item} ^property[0].valueCode = #{instrument}
* #{instrument}.{item} ^property[1].code = #item
* #{instrument}.{item} ^property[1].valueString = "{item}"
* #{instrument}.{item} ^property[2].code = #number
* #{instrument}.{item} ^property[2].valueInteger = {number}
* #{instrument}.{item} ^property[3].code = #needed
* #{instrument}.{item} ^property[3].valueBoolean = {needed}
* #{instrument}.{item} ^property[4].code = #answers
* #{instrument}.{item} ^property[4].valueString = {answers}

RuleSet: CodeOnly(instrument, number, item)
* #{instrument}.{item} "{instrument} {number}" "Question {number} of {instrument}, LOINC {item}."
* #{instrument}.{item} ^property[0].code = #instrument
* #{instrument}.{item} ^property[0].valueCode = #{instrument}
* #{instrument}.{item} ^property[1].code = #item
* #{instrument}.{item} ^property[1].valueString = "{item}"
* #{instrument}.{item} ^property[2].code = #number
* #{instrument}.{item} ^property[2].valueInteger = {number}

// An answer of these that gives no points and is no mistake.
RuleSet: NoPoints(instrument, item, answers)
* #{instrument}.{item} ^property[+].code = #withoutPoints
* #{instrument}.{item} ^property[=].valueString = {answers}

// A public scorer of GAD-7 offers this answer and has no points for it.
RuleSet: OftenLeftOut(instrument, item, answers)
* #{instrument}.{item} ^property[+].code = #oftenLeftOut
* #{instrument}.{item} ^property[=].valueString = {answers}

RuleSet: SeveralAnswers(instrument, item)
* #{instrument}.{item} ^property[+].code = #several
* #{instrument}.{item} ^property[=].valueBoolean = true

RuleSet: PhqScale(instrument, number, item, needed, words)
* insert ItemOf({instrument}, {number}, {item}, {needed}, {words}, "LA6568-5=0 LA6569-3=1 LA6570-1=2 LA6571-9=3")

RuleSet: HitsScale(number, item, words)
* insert ItemOf(ahc-hrsn, {number}, {item}, true, {words}, "LA6270-8=1 LA10066-1=2 LA10082-8=3 LA16644-9=4 LA6482-9=5")
* #ahc-hrsn.{item} ^property[+].code = #scale
* #ahc-hrsn.{item} ^property[=].valueCode = #points

RuleSet: PointsOf(instrument, number, item, words, answers)
* insert ItemOf({instrument}, {number}, {item}, true, {words}, {answers})
* #{instrument}.{item} ^property[+].code = #scale
* #{instrument}.{item} ^property[=].valueCode = #points

RuleSet: FoodScale(instrument, number, item, words)
* insert ItemOf({instrument}, {number}, {item}, true, {words}, "LA28397-0=1 LA6729-3=1 LA28398-8=0")
* insert NoPoints({instrument}, {item}, "LA15775-2")

CodeSystem: KnownInstrumentItem
Id: known-instrument-item
Title: "Items of instruments that a form can be checked against"
Description: "Questions by instrument and LOINC code, with answers and points: the same question has other answers in another instrument. Codes and points only, and a few key words to tell an item from its neighbors where the wording may be shown."
* insert Definitional
* insert Sourced(^, V, [["Codes, order, answers and points as the forms named at known-instrument have them; the code 2 of GAD-7's second item (LA18938-3, seen with two points in LOINC-derived forms) is taken beside LA6570-1. Key words: our choice."]])
* ^url = "https://carefhir.org/fhir/CodeSystem/known-instrument-item"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/known-instrument-item"
* ^property[0].code = #instrument
* ^property[0].type = #code
* ^property[1].code = #item
* ^property[1].type = #string
* ^property[1].description = "LOINC code of the question"
* ^property[2].code = #number
* ^property[2].type = #integer
* ^property[2].description = "Its place in the instrument"
* ^property[3].code = #needed
* ^property[3].type = #boolean
* ^property[3].description = "Whether the instrument has no result without it"
* ^property[4].code = #answers
* ^property[4].type = #string
* ^property[4].description = "Answer codes with their points, separated by blanks; two codes may give the same points"
* ^property[5].code = #words
* ^property[5].type = #string
* ^property[5].description = "Key words of the question, in small letters without punctuation; separated by semicolons"
* ^property[6].code = #withoutPoints
* ^property[6].type = #string
* ^property[6].description = "Answer codes that give no points and are no mistake, separated by blanks"
* ^property[7].code = #several
* ^property[7].type = #boolean
* ^property[7].description = "Whether it takes several answers"
* ^property[9].code = #oftenLeftOut
* ^property[9].type = #string
* ^property[9].description = "Answer codes with points that public scorers were seen to leave out, separated by blanks"
* ^property[8].code = #scale
* ^property[8].type = #code
* ^property[8].description = "What its points mean, where that differs from its instrument"
* insert PhqScale(phq-9, 1, 44250-9, true, "little interest; pleasure in doing")
* insert PhqScale(phq-9, 2, 44255-8, true, "feeling down; depressed or hopeless; depressed hopeless")
* insert PhqScale(phq-9, 3, 44259-0, true, "falling or staying asleep; falling asleep; sleeping too much")
* insert PhqScale(phq-9, 4, 44254-1, true, "feeling tired; little energy")
* insert PhqScale(phq-9, 5, 44251-7, true, "poor appetite; overeating")
* insert PhqScale(phq-9, 6, 44258-2, true, "feeling bad about yourself; are a failure")
* insert PhqScale(phq-9, 7, 44252-5, true, "trouble concentrating")
* insert PhqScale(phq-9, 8, 44253-3, true, "moving or speaking; fidgety")
* insert PhqScale(phq-9, 9, 44260-8, true, "better off dead; hurting yourself")
* insert ItemOf(phq-9, 10, 69722-7, false, "how difficult", "LA6572-7 LA6573-5 LA6575-0 LA6574-3")
* insert PhqScale(phq-2, 1, 44250-9, true, "little interest; pleasure in doing")
* insert PhqScale(phq-2, 2, 44255-8, true, "feeling down; depressed or hopeless; depressed hopeless")
* insert PhqScale(gad-7, 1, 69725-0, true, "feeling nervous; on edge")
* insert ItemOf(gad-7, 2, 68509-9, true, "control worrying", "LA6568-5=0 LA6569-3=1 LA6570-1=2 LA18938-3=2 LA6571-9=3")
* insert OftenLeftOut(gad-7, 68509-9, "LA18938-3")
* insert PhqScale(gad-7, 3, 69733-4, true, "worrying too much; different things")
* insert PhqScale(gad-7, 4, 69734-2, true, "trouble relaxing")
* insert PhqScale(gad-7, 5, 69735-9, true, "so restless; sit still")
* insert PhqScale(gad-7, 6, 69689-8, true, "annoyed; irritable")
* insert PhqScale(gad-7, 7, 69736-7, true, "feeling afraid; something awful")
* insert PhqScale(phq-4, 1, 69725-0, true, "feeling nervous; on edge")
* insert ItemOf(phq-4, 2, 68509-9, true, "control worrying", "LA6568-5=0 LA6569-3=1 LA6570-1=2 LA18938-3=2 LA6571-9=3")
* insert OftenLeftOut(phq-4, 68509-9, "LA18938-3")
* insert PhqScale(phq-4, 3, 44250-9, true, "little interest; pleasure in doing")
* insert PhqScale(phq-4, 4, 44255-8, true, "feeling down; depressed or hopeless; depressed hopeless")
* insert FoodScale(hunger-vital-sign, 1, 88122-7, "food would run out; run out before")
* insert FoodScale(hunger-vital-sign, 2, 88123-5, "just didn t last; did not last; food we bought; food you bought")
* insert ItemOf(ahc-hrsn-supplemental, 11, 76513-1, true, "very basics", "LA15832-1=1 LA22683-9=1 LA31980-8=0")
* insert ItemOf(ahc-hrsn-supplemental, 12, 96780-2, true, "keeping work", "LA31981-6=1 LA31982-4=1 LA31983-2=0")
* insert ItemOf(ahc-hrsn-supplemental, 13, 96781-0, true, "day to day activities", "LA31976-6=0 LA31977-4=0 LA31978-2=1 LA31979-0=1")
* insert ItemOf(ahc-hrsn-supplemental, 14, 93159-2, true, "lonely", "LA6270-8=0 LA10066-1=0 LA10082-8=0 LA10044-8=1 LA9933-8=1")
* insert ItemOf(ahc-hrsn-supplemental, 15, 97027-7, true, "language other than english", "LA33-6=1 LA32-8=0")
* insert ItemOf(ahc-hrsn-supplemental, 16, 96782-8, true, "school or training", "LA33-6=1 LA32-8=0")
* insert PointsOf(ahc-hrsn-supplemental, 17, 89555-7, "days per week", "LA6111-4=0 LA6112-2=1 LA6113-0=2 LA6114-8=3 LA6115-5=4 LA10137-0=5 LA10138-8=6 LA10139-6=7")
* insert PointsOf(ahc-hrsn-supplemental, 18, 68516-4, "minutes", "LA6111-4=0 LA13942-0=10 LA19282-5=20 LA28855-7=30 LA28858-1=40 LA28854-0=50 LA28853-2=60 LA28891-2=90 LA32059-0=120 LA32060-8=150")
* insert ItemOf(ahc-hrsn-supplemental, 19, 68517-2, true, "drinks in a day; x or more drinks", "LA6270-8=0 LA26460-8=1 LA18876-5=1 LA18891-4=1 LA18934-2=1")
* insert ItemOf(ahc-hrsn-supplemental, 20, 96842-0, true, "tobacco", "LA6270-8=0 LA26460-8=1 LA18876-5=1 LA18891-4=1 LA18934-2=1")
* insert ItemOf(ahc-hrsn-supplemental, 21, 95530-2, true, "prescription drugs", "LA6270-8=0 LA26460-8=1 LA18876-5=1 LA18891-4=1 LA18934-2=1")
* insert ItemOf(ahc-hrsn-supplemental, 22, 68524-8, true, "illegal drugs", "LA6270-8=0 LA26460-8=1 LA18876-5=1 LA18891-4=1 LA18934-2=1")
* insert PointsOf(ahc-hrsn-supplemental, 23, 44250-9, "little interest", "LA6568-5=0 LA6569-3=1 LA6570-1=2 LA6571-9=3")
* insert PointsOf(ahc-hrsn-supplemental, 24, 44255-8, "feeling down", "LA6568-5=0 LA6569-3=1 LA6570-1=2 LA6571-9=3")
* insert ItemOf(ahc-hrsn-supplemental, 25, 93038-8, true, "stress", "LA6568-5=0 LA13863-8=0 LA13909-9=1 LA13902-4=1 LA13914-9=1")
* insert ItemOf(ahc-hrsn-supplemental, 26, 69858-9, true, "concentrating", "LA33-6=1 LA32-8=0")
* insert ItemOf(ahc-hrsn-supplemental, 27, 69861-3, true, "errands alone", "LA33-6=1 LA32-8=0")
* insert ItemOf(ahc-hrsn, 1, 71802-3, true, "living situation", "LA31993-1=0 LA31994-9=1 LA31995-6=1")
* insert ItemOf(ahc-hrsn, 2, 96778-6, true, "place you live", "LA31996-4=1 LA28580-1=1 LA31997-2=1 LA31998-0=1 LA31999-8=1 LA32000-4=1 LA32001-2=1 LA9-3=0")
* insert SeveralAnswers(ahc-hrsn, 96778-6)
* insert FoodScale(ahc-hrsn, 3, 88122-7, "food would run out; run out before")
* insert FoodScale(ahc-hrsn, 4, 88123-5, "just didn t last; did not last; food we bought; food you bought")
* insert ItemOf(ahc-hrsn, 5, 93030-5, true, "transportation", "LA33-6=1 LA32-8=0")
* insert ItemOf(ahc-hrsn, 6, 96779-4, true, "electric; water company", "LA33-6=1 LA32-8=0 LA32002-0=1")
* insert HitsScale(7, 95618-5, "physically hurt")
* insert HitsScale(8, 95617-7, "insult; talk down")
* insert HitsScale(9, 95616-9, "threaten you with harm")
* insert HitsScale(10, 95615-1, "scream or curse; curse at you")
* insert ItemOf(audit-c, 1, 68518-0, true, "how often do you have a drink; how often did you have a drink", "LA6270-8=0 LA18926-8=1 LA18927-6=2 LA18928-4=3 LA18929-2=4")
* insert ItemOf(audit-c, 2, 68519-8, true, "drinks containing alcohol; typical day; how many drinks", "LA15694-5=0 LA15695-2=1 LA18930-0=2 LA18931-8=3 LA18932-6=4")
* insert ItemOf(audit-c, 3, 68520-6, true, "6 or more drinks; six or more drinks", "LA6270-8=0 LA18933-4=1 LA18876-5=2 LA18891-4=3 LA18934-2=4")
* insert WordsOnly(heavy-drinking-day, 1, 68517-2, "x or more drinks in a day; times in the past year")
* insert SilentItemOf(hark, 1, 76499-3, true, "LA33-6=1 LA32-8=0")
* insert SilentItemOf(hark, 2, 76501-6, true, "LA33-6=1 LA32-8=0")
* insert SilentItemOf(hark, 3, 76502-4, true, "LA33-6=1 LA32-8=0")
* insert SilentItemOf(hark, 4, 76503-2, true, "LA33-6=1 LA32-8=0")
* insert CodeOnly(prapare, 1, 56051-6)
* insert CodeOnly(prapare, 2, 32624-9)
* insert SeveralAnswers(prapare, 32624-9)
* insert CodeOnly(prapare, 3, 93035-4)
* insert CodeOnly(prapare, 4, 93034-7)
* insert CodeOnly(prapare, 5, 54899-0)
* insert CodeOnly(prapare, 6, 63512-8)
* insert SilentItemOf(prapare, 7, 71802-3, false, "LA30189-7 LA30190-5")
* insert NoPoints(prapare, 71802-3, "LA30122-8")
* insert SilentItemOf(prapare, 8, 93033-9, false, "LA33-6 LA32-8")
* insert NoPoints(prapare, 93033-9, "LA30122-8")
* insert CodeOnly(prapare, 9, 56799-0)
* insert CodeOnly(prapare, 10, 82589-3)
* insert CodeOnly(prapare, 11, 67875-5)
* insert CodeOnly(prapare, 12, 76437-3)
* insert CodeOnly(prapare, 13, 63586-2)
* insert SilentItemOf(prapare, 14, 93031-3, false, "LA30125-1 LA30126-9 LA30124-4 LA30127-7 LA30128-5 LA30129-3")
* insert NoPoints(prapare, 93031-3, "LA46-8 LA30122-8")
* insert SeveralAnswers(prapare, 93031-3)
* insert SilentItemOf(prapare, 15, 93030-5, false, "LA30133-5 LA30134-3 LA32-8")
* insert NoPoints(prapare, 93030-5, "LA30122-8 LA30257-2")
* insert SeveralAnswers(prapare, 93030-5)
* insert SilentItemOf(prapare, 16, 93029-7, false, "LA27722-0 LA30130-1 LA30131-9 LA30132-7")
* insert NoPoints(prapare, 93029-7, "LA30122-8")
* insert SilentItemOf(prapare, 17, 93038-8, false, "LA6568-5 LA13863-8 LA13909-9 LA13902-4 LA13914-9")
* insert NoPoints(prapare, 93038-8, "LA30122-8")
* insert CodeOnly(prapare, 18, 93028-9)
* insert CodeOnly(prapare, 19, 93027-1)
* insert CodeOnly(prapare, 20, 93026-3)
* insert SilentItemOf(prapare, 21, 76501-6, false, "LA33-6 LA32-8")
* insert NoPoints(prapare, 76501-6, "LA14072-5 LA30122-8")

ValueSet: KnownInstrumentItemCodes
Id: known-instrument-item
Title: "Items of instruments that a form can be checked against: all codes"
Description: "Every code of items of instruments that a form can be checked against."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/known-instrument-item"
* include codes from system KnownInstrumentItem

CodeSystem: KnownAnswer
Id: known-answer
Title: "Answers that a form can be checked against"
Description: "LOINC answer codes with their words: whether an answer's code and its words are one answer. Answers of gated instruments are not here."
* insert Definitional
* insert Sourced(^, V, [["Answer texts as the forms named at known-instrument have them; LA18926-8 to LA18929-2: several public tables agree (S). LOINC is copyright Regenstrief Institute, Inc., https://loinc.org/license."]])
* ^url = "https://carefhir.org/fhir/CodeSystem/known-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/known-answer"
* #LA6568-5 "Not at all" "LOINC answer."
* #LA6569-3 "Several days" "LOINC answer."
* #LA6570-1 "More than half the days" "LOINC answer."
* #LA18938-3 "More days than not" "LOINC answer."
* #LA6571-9 "Nearly every day" "LOINC answer."
* #LA6572-7 "Not difficult at all" "LOINC answer."
* #LA6573-5 "Somewhat difficult" "LOINC answer."
* #LA6575-0 "Very difficult" "LOINC answer."
* #LA6574-3 "Extremely difficult" "LOINC answer."
* #LA28397-0 "Often true" "LOINC answer."
* #LA6729-3 "Sometimes true" "LOINC answer."
* #LA28398-8 "Never true" "LOINC answer."
* #LA15775-2 "Don't know/refused" "LOINC answer."
* #LA33-6 "Yes" "LOINC answer."
* #LA32-8 "No" "LOINC answer."
* #LA32002-0 "Already shut off" "LOINC answer."
* #LA9-3 "None of the above" "LOINC answer."
* #LA6270-8 "Never" "LOINC answer."
* #LA10066-1 "Rarely" "LOINC answer."
* #LA10082-8 "Sometimes" "LOINC answer."
* #LA16644-9 "Fairly often" "LOINC answer."
* #LA6482-9 "Frequently" "LOINC answer."
* #LA18926-8 "Monthly or less" "LOINC answer."
* #LA18927-6 "2-4 times a month" "LOINC answer."
* #LA18928-4 "2-3 times a week" "LOINC answer."
* #LA18929-2 "4 or more times a week" "LOINC answer."
* #LA15694-5 "1 or 2" "LOINC answer."
* #LA15695-2 "3 or 4" "LOINC answer."
* #LA18930-0 "5 or 6" "LOINC answer."
* #LA18931-8 "7 to 9" "LOINC answer."
* #LA18932-6 "10 or more" "LOINC answer."
* #LA18933-4 "Less than monthly" "LOINC answer."
* #LA18876-5 "Monthly" "LOINC answer."
* #LA18891-4 "Weekly" "LOINC answer."
* #LA18934-2 "Daily or almost daily" "LOINC answer."

ValueSet: KnownAnswerCodes
Id: known-answer
Title: "Answers that a form can be checked against: all codes"
Description: "Every code of answers that a form can be checked against."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/known-answer"
* include codes from system KnownAnswer
