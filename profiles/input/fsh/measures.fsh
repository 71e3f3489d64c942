// How numbers, units and answers are spelled, which range is plausible, and which words of a person alarm.
// What none of these tables knows is said to be unreadable; it is never skipped (clinical practice, rules 21 to 23).

CodeSystem: MeasureUnit
Id: measure-unit
Title: "Units, and how they are spelled"
Description: "UCUM units of the numbers that we read, with the spellings that records and people use. A unit that is not here is not understood: the number then counts as not read."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/measure-unit"
* insert Sourced(^, V, [["UCUM 2.1, table of units (lb_av, oz_av, stone_av, mm[Hg], mg/dL, mmol/L). Glucose 180.156 g/mol: PubChem CID 5793. HbA1c: NGSP = 0.09148 x IFCC + 2.152, ngsp.org. The spellings are ours (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/measure-unit"
* ^property[0].code = #ucum
* ^property[0].type = #string
* ^property[0].description = "The UCUM code"
* ^property[1].code = #dimension
* ^property[1].type = #code
* ^property[1].description = "Numbers of one dimension can be compared"
* ^property[2].code = #factor
* ^property[2].type = #decimal
* ^property[2].description = "Times this makes it the dimension's base unit"
* ^property[3].code = #offset
* ^property[3].type = #decimal
* ^property[3].description = "Plus this, after the factor; 0 if absent"
* ^property[4].code = #spellings
* ^property[4].type = #string
* ^property[4].description = "Other spellings, separated by semicolons; upper and lower case, spaces and a final period do not matter"
* insert UnitOf(kilogram, "kilogram", kg, mass, 1, [["kgs; kilo; kilos; kilogram; kilograms; kilogramme"]])
* insert UnitOf(gram, "gram", g, mass, 0.001, [["gm; gms; gram; grams"]])
* insert UnitOf(pound, "pound", [lb_av], mass, 0.45359237, [["lb; lbs; lb_av; pound; pounds; [lb_us]; [lb_ap]; #"]])
* insert UnitOf(ounce, "ounce", [oz_av], mass, 0.028349523125, [["oz; ounce; ounces"]])
* insert UnitOf(stone, "stone", [stone_av], mass, 6.35029318, [["st; stone; stones"]])
* insert UnitOf(millimeter-of-mercury, "millimeter of mercury", mm[Hg], pressure, 1, [["mmhg; mm hg; mm(hg); millimeter of mercury; millimeters of mercury; torr"]])
* insert UnitOf(kilopascal, "kilopascal", kPa, pressure, 7.50062, [["kilopascal; kilopascals"]])
* insert UnitOf(per-minute, "per minute", /min, rate, 1, [["{beats}/min; {beat}/min; beats/min; beats/minute; beats per minute; bpm; per minute; /minute; 1/min; min-1; {heartbeats}/min; {pulse}/min"]])
* insert UnitOf(milligram-per-deciliter, "milligram per deciliter", mg/dL, glucose, 1, [["mg/dl; mg/100ml; mg/100 ml; mg%; milligram per deciliter; milligrams per deciliter; mg per dl"]])
* insert UnitOf(millimole-per-liter, "millimole per liter", mmol/L, glucose, 18.0156, [["mmol/l; mmol; millimole per liter; millimoles per liter; mm/l; mmol per l; mmol per liter"]])
* insert UnitOf(percent, "percent", %, fraction, 1, [["percent; pct; %{hba1c}; %hb; % of total hgb; % of total"]])
* insert UnitOf(millimole-per-mole, "millimole per mole", mmol/mol, fraction, 0.09148, [["mmol/mol{hb}; mmol/mol hb; millimole per mole"]])
* #millimole-per-mole ^property[4].code = #offset
* #millimole-per-mole ^property[4].valueDecimal = 2.152
* insert UnitOf(score, "score", {score}, score, 1, [["1; score; points; point; pts; pt; {points}; {total}; {#}; total; total score; sum; raw score; score points; {count}; /27; out of 27"]])
* insert UnitOf(gram-per-deciliter, "gram per deciliter", g/dL, hemoglobin, 1, [["g/dl; gm/dl; g/100ml; g/100 ml; gm%; g%; gram per deciliter; grams per deciliter; g per dl"]])
* insert UnitOf(gram-per-liter, "gram per liter", g/L, hemoglobin, 0.1, [["g/l; gm/l; gram per liter; grams per liter"]])
* insert UnitOf(millimole-per-liter-of-sodium, "millimole per liter of sodium", mmol/L, sodium, 1, [["mmol/l; mmol; millimole per liter; millimoles per liter"]])
* insert UnitOf(milliequivalent-per-liter, "milliequivalent per liter", meq/L, sodium, 1, [["meq/l; mEq/L; milliequivalent per liter; milliequivalents per liter"]])
* insert UnitsOfPathways

RuleSet: UnitOf(code, display, ucum, dimension, factor, spellings)
* #{code} {display} {display}
* #{code} ^property[0].code = #ucum
* #{code} ^property[0].valueString = "{ucum}"
* #{code} ^property[1].code = #dimension
* #{code} ^property[1].valueCode = #{dimension}
* #{code} ^property[2].code = #factor
* #{code} ^property[2].valueDecimal = {factor}
* #{code} ^property[3].code = #spellings
* #{code} ^property[3].valueString = {spellings}

ValueSet: MeasureUnitCodes
Id: measure-unit
Title: "Units, and how they are spelled: all codes"
Description: "Every code of units, and how they are spelled."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/measure-unit"
* include codes from system MeasureUnit

CodeSystem: MeasuredQuantity
Id: measured-quantity
Title: "What is measured, and which numbers are plausible"
Description: "The quantities that check-ins and trends read: their LOINC codes (several name the same quantity; the first is the one we write), and the range outside which a number is more likely a slip than a person: it is asked again and not filed. A plausible number can still be an alarming one; the check-in rules say which."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/measured-quantity"
* insert Sourced(^, D, [["Plausible ranges for adults: our default, wide on purpose. Home glucose meters show HI above 600 and LO below 20 mg/dL (K). LOINC codes: V, loinc.org, as used by US Core vital signs and laboratory value sets, and K for the less common ones. Of kidneys: V, value sets Estimated Glomerular Filtration Rate and Urine Albumin Creatinine Ratio (National Kidney Foundation, in cqframework/dqm-content-qicore-2025); 33914-3 added (K). Oxygen: V, US Core pulse oximetry. 1 mg/mmol of albumin to creatinine is 8.84 mg/g: by the molar mass of creatinine, 113.12 g/mol (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/measured-quantity"
* ^property[0].code = #dimension
* ^property[0].type = #code
* ^property[0].description = "Dimension of CodeSystem measure-unit that its units must have"
* ^property[1].code = #unit
* ^property[1].type = #string
* ^property[1].description = "UCUM unit of the plausible range"
* ^property[2].code = #plausibleLow
* ^property[2].type = #decimal
* ^property[2].description = "Anything lower is asked again"
* ^property[3].code = #plausibleHigh
* ^property[3].type = #decimal
* ^property[3].description = "Anything higher is asked again"
* ^property[4].code = #loinc
* ^property[4].type = #string
* ^property[4].description = "LOINC codes, separated by spaces; the first is the one we write"
* ^property[5].code = #plausibleChange
* ^property[5].type = #decimal
* ^property[5].description = "A larger change since the last reading of the last days is asked again"
* ^property[6].code = #lowWords
* ^property[6].type = #string
* ^property[6].description = "What a meter shows for a number too low for it, separated by semicolons"
* ^property[7].code = #highWords
* ^property[7].type = #string
* ^property[7].description = "What a meter shows for a number too high for it, separated by semicolons"
* ^property[9].code = #category
* ^property[9].type = #code
* ^property[9].description = "Category of an Observation that holds it: vital-signs (if absent), laboratory or survey"
* ^property[8].code = #highMeans
* ^property[8].type = #code
* ^property[8].description = "The question of a check-in (CodeSystem check-in-item) that this answers with yes"
* insert QuantityOf(body-weight, "body weight", mass, kg, 25, 450, [["29463-7 3141-9 3142-7 75292-3 8335-2 8350-1 8351-9 79348-9"]])
* #body-weight ^property[5].code = #plausibleChange
* #body-weight ^property[5].valueDecimal = 9
* insert QuantityOf(dry-weight, "dry weight", mass, kg, 25, 450, [["8341-0"]])
* insert QuantityOf(systolic-pressure, "systolic blood pressure", pressure, mm[Hg], 50, 280, [["8480-6 8459-0 8460-8 8461-6 76534-7 76215-3 75997-7"]])
* insert QuantityOf(diastolic-pressure, "diastolic blood pressure", pressure, mm[Hg], 20, 180, [["8462-4 8453-3 8454-1 8455-8 76535-4 76213-8 75995-1"]])
* insert QuantityOf(heart-rate, "heart rate", rate, /min, 25, 250, [["8867-4 8893-0 68999-9 69000-8 69001-6 8889-8 76282-3"]])
* insert QuantityOf(glucose, "glucose", glucose, mg/dL, 20, 600, [["2339-0 2345-7 41653-7 2340-8 14743-9 15074-8 14749-6 32016-8 74774-1"]])
* #glucose ^property[5].code = #lowWords
* #glucose ^property[5].valueString = "lo; low"
* #glucose ^property[6].code = #highWords
* #glucose ^property[6].valueString = "hi; high"
* #glucose ^property[7].code = #highMeans
* #glucose ^property[7].valueCode = #meter-hi
* insert QuantityOf(a1c, "hemoglobin A1c", fraction, %, 3, 20, [["4548-4 17856-6 4549-2 59261-8 71875-9 17855-8"]])
* insert QuantityOf(ejection-fraction, "left ventricular ejection fraction", fraction, %, 3, 90, [["10230-1 8806-2 8808-8 18043-0 8807-0"]])
* insert QuantityOf(hemoglobin, "hemoglobin", hemoglobin, g/dL, 2, 25, [["718-7 20509-6 30313-1 30350-3 30351-1 30352-9 55782-7"]])
* insert InCategory(hemoglobin, laboratory)
* insert QuantityOf(sodium, "sodium", sodium, mmol/L, 90, 200, [["2951-2 2947-0 32717-1 77139-4"]])
* insert InCategory(sodium, laboratory)
* insert QuantitiesOfPathways

RuleSet: QuantityOf(code, display, dimension, unit, low, high, loinc)
* #{code} {display} {display}
* #{code} ^property[0].code = #dimension
* #{code} ^property[0].valueCode = #{dimension}
* #{code} ^property[1].code = #unit
* #{code} ^property[1].valueString = "{unit}"
* #{code} ^property[2].code = #plausibleLow
* #{code} ^property[2].valueDecimal = {low}
* #{code} ^property[3].code = #plausibleHigh
* #{code} ^property[3].valueDecimal = {high}
* #{code} ^property[4].code = #loinc
* #{code} ^property[4].valueString = {loinc}

ValueSet: MeasuredQuantityCodes
Id: measured-quantity
Title: "What is measured, and which numbers are plausible: all codes"
Description: "Every code of what is measured, and which numbers are plausible."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/measured-quantity"
* include codes from system MeasuredQuantity

CodeSystem: AlarmingWords
Id: alarming-words
Title: "Words that alarm"
Description: "If a person's own words hold one of these and nobody has read them yet, they count as what they may mean. A person who has read them says how urgent they are, and then that counts. Words that are not here prove nothing: own words that nobody has read are never green."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/alarming-words"
* insert Sourced(^, D, "The list is our default; a site may add its own words. It only ever raises the color.")
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/alarming-words"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "Words or phrases, separated by semicolons"
* ^property[1].code = #deniedBy
* ^property[1].type = #string
* ^property[1].description = "Words right before one of them that deny it; thoughts of death are denied by nothing"
* ^property[2].code = #restOfDenial
* ^property[2].type = #string
* ^property[2].description = "All that may follow in the same sentence for the denial to count: 'no chest pain today' is one, 'no chest pain like this' and 'no chest pain until today' are none"
* ^property[3].code = #whose
* ^property[3].type = #string
* ^property[3].description = "With 'did' after it, then the words, then 'longAgo', and nothing else written at all: somebody else's trouble of years ago"
* ^property[4].code = #did
* ^property[4].type = #string
* ^property[4].description = "The words between whose it is and the trouble"
* ^property[5].code = #longAgo
* ^property[5].type = #string
* ^property[5].description = "Times that are years ago; * is any word"
* insert Alarm(thoughts-of-death, "thoughts of death or of self-harm", [["do not want to live; don't want to live; dont want to live; not want to live; no longer want to live; want to die; wanna die; wish i was dead; wish i were dead; wish to die; better off dead; better off without me; kill myself; kill my self; killing myself; suicide; suicidal; end my life; ending my life; ending it all; rather be dead; want 2 die; took 20 pills; end it all; end it; take my life; taking my life; hurt myself; hurting myself; harm myself; cut myself; no reason to live; nothing to live for; can't go on; cant go on; cannot go on; not worth living; tired of living; overdose; quiero morir; no quiero vivir; matarme; suicidarme; wants to die; wishes he was dead; wishes he were dead; wishes she was dead; wishes she were dead; kill himself; kill herself; kill themselves; killing himself; killing herself; hurt himself; hurt herself; hurting himself; hurting herself; harm himself; harm herself; end his life; end her life; ending his life; ending her life; take his own life; take her own life; take his life; take her life; took all his pills; took all her pills; took all my pills; took all the pills; want to be here anymore; wants to be here anymore; want to be here any more; wants to be here any more; quiero morirme; quiere morir; quiere morirse; no quiere vivir; matarse; suicidarse"]])
* insert Alarm(chest-pain, "chest pain or pressure", [["chest pain; chest pains; pain in my chest; pain in the chest; chest pressure; pressure in my chest; pressure on my chest; tight chest; tightness in my chest; chest tightness; chest hurts; heart attack; elephant on my chest; me duele el pecho; dolor de pecho; dolor en el pecho"]])
* insert TakenBack(chest-pain)
* insert Alarm(breath-at-rest, "breathless at rest", [["can't breathe; can't breath; cant breath; short of breath sitting; cant breathe; cannot breathe; can not breathe; can't catch my breath; cant catch my breath; cannot catch my breath; gasping; suffocating; choking; no puedo respirar; no puede respirar; short of breath at rest; breathless at rest; short of breath while sitting; short of breath even sitting"]])
* insert TakenBack(breath-at-rest)
* insert Alarm(fainted, "fainted", [["fainted; passed out; blacked out; lost consciousness; collapsed; unconscious; unresponsive; won't wake up; will not wake up; can't wake; me desmayé; wouldn't wake up; would not wake up"]])
* insert TakenBack(fainted)
* insert Alarm(stroke, "signs of a stroke", [["stroke; face drooping; face is numb; face is drooping; droopy face; slurred speech; slurring; can't speak; cannot speak; can't move my arm; can't move my leg; worst headache of my life; seizure"]])
* insert TakenBack(stroke)
* insert Alarm(bleeding, "serious bleeding", [["won't stop bleeding; will not stop bleeding; bleeding a lot; vomiting blood; throwing up blood; coughing up blood; black stool; black stools; blood in my stool"]])
* insert TakenBack(bleeding)

RuleSet: TakenBack(code)
* #{code} ^property[1].code = #deniedBy
* #{code} ^property[1].valueString = "no; no more; without; without any; denies; denies any; deny; deny any; denied; denied any"
* #{code} ^property[2].code = #restOfDenial
* #{code} ^property[2].valueString = "at all; today; now; right now; currently; this morning; this evening; tonight; this week; either; whatsoever; or; and; no; nor; any; pain; pressure; shortness of breath; trouble breathing; sob; palpitations; swelling; dizziness; dizzy spells; nausea; vomiting; fever; chills; cough; headache; falls; fainting; problems; complaints; feeling fine; feels fine; feeling good; feels good; feeling well; feels well; feeling ok; i feel fine; i feel good; i feel well; i am fine; i'm fine; doing well; all good"
* #{code} ^property[3].code = #whose
* #{code} ^property[3].valueString = "my mother; my mom; my mum; my father; my dad; my sister; my brother; my wife; my husband; my grandmother; my grandfather; my aunt; my uncle; my cousin; my neighbor; my friend; my son; my daughter; my mother-in-law; my father-in-law"
* #{code} ^property[4].code = #did
* #{code} ^property[4].valueString = "had; had a; had the; had an; suffered; suffered a; died of; died of a; died from; died from a; passed away from a"
* #{code} ^property[5].code = #longAgo
* #{code} ^property[5].valueString = "last year; a year ago; * years ago; a few years ago; years ago; many years ago; long ago; a long time ago; back in 19*; in 19*; when i was little; when i was a child"

RuleSet: Alarm(code, display, words)
* #{code} {display} {display}
* #{code} ^property[0].code = #words
* #{code} ^property[0].valueString = {words}

ValueSet: AlarmingWordsCodes
Id: alarming-words
Title: "Words that alarm: all codes"
Description: "Every code of words that alarm."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/alarming-words"
* include codes from system AlarmingWords

CodeSystem: WordsJudged
Id: words-judged
Title: "How urgent a person's own words are"
Description: "What somebody who has read them says of them."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/words-judged"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/words-judged"
* #nothing-urgent "nothing urgent" "They hold nothing that needs more than the answers do."
* #call-today "call today" "A nurse calls the person today."
* #provider-today "provider today" "The supervising or on-call provider hears of them today."
* #emergency "emergency" "911 now."
* #thoughts-of-death "thoughts of death" "Thoughts of death or of self-harm: as a positive safety item."

ValueSet: WordsJudgedCodes
Id: words-judged
Title: "How urgent a person's own words are: all codes"
Description: "Every code of how urgent a person's own words are."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/words-judged"
* include codes from system WordsJudged
