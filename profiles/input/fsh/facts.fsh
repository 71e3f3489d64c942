// Facts that content names, so that a disease needs no code of ours; further quantities; what adds to an artefact.

Extension: AddsTo
Id: adds-to
Title: "Adds to"
Description: "The map or the plan that this one adds its groups or its actions to, behind those that are there: so that a site's new disease needs no copy of ours. A code system adds its concepts by being a fragment with the same url. Read when artefacts are loaded."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "ConceptMap"
* ^context[1].type = #element
* ^context[1].expression = "PlanDefinition"
* value[x] only canonical
* valueCanonical 1..1

RuleSet: Fact(code, display, takes, definition)
* #{code} {display} {definition}
* #{code} ^property[0].code = #takes
* #{code} ^property[0].valueCode = #{takes}

RuleSet: Reads(code, quantity)
* #{code} ^property[1].code = #quantity
* #{code} ^property[1].valueCode = #{quantity}

RuleSet: LooksBack(code, days)
* #{code} ^property[2].code = #withinDays
* #{code} ^property[2].valueInteger = {days}

RuleSet: CountsEvents(code, groups, days)
* #{code} ^property[1].code = #groups
* #{code} ^property[1].valueString = {groups}
* insert LooksBack({code}, {days})

CodeSystem: NamedFact
Id: named-fact
Title: "Facts that content names"
Description: "What rules may ask about a person, beside the facts that are built in: readings and events, by name. The code is the name in an expression. A fact that is not known is empty, and so is one whose records could not be seen."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/named-fact"
* insert Sourced(^, D, [["How far back each fact looks: our default. What it is compared with, and why, stands with each rule."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/named-fact"
* ^property[0].code = #takes
* ^property[0].type = #code
* ^property[0].description = "newest, change (newest less the one before), lowest, highest, age-days: of readings. conditions (days on which one began), stays (ended), emergency-visits: how many, for conditions of the groups. started-days: since the first record of a medicine of the classes that is taken now. observed-days: since a number of these LOINC codes was taken, whatever it is. done-days: since an item of a plan, of these codes, was last done. answered-lowest, answered-highest: of the numbers given in a check-in, in every way they can be read"
* ^property[1].code = #quantity
* ^property[1].type = #code
* ^property[1].description = "What is measured (CodeSystem measured-quantity): its LOINC codes, its plausible range"
* ^property[2].code = #unit
* ^property[2].type = #string
* ^property[2].description = "UCUM unit of the number; that of the quantity if absent"
* ^property[3].code = #withinDays
* ^property[3].type = #integer
* ^property[3].description = "How many days back it looks; all of the record if absent, for a newest reading, its change and its age"
* ^property[4].code = #groups
* ^property[4].type = #string
* ^property[4].description = "Condition groups (CodeSystem condition-group) of the events that are counted, separated by spaces"
* ^property[5].code = #classes
* ^property[5].type = #string
* ^property[5].description = "Classes of medicines (CodeSystem ingredient) of which one was started, separated by spaces"
* ^property[6].code = #items
* ^property[6].type = #string
* ^property[6].description = "Items of a plan (CodeSystem care-item) of which one was done, separated by spaces"
* ^property[7].code = #loinc
* ^property[7].type = #string
* ^property[7].description = "LOINC codes of what was observed, separated by spaces"
* insert FactsOfLungs
* insert FactsOfDiabetes
* insert FactsOfHeart
* insert FactsOfMood
* insert FactsOfKidneys
* insert FactsOfPressure
* insert FactsOfFalls
* insert Fact(heart_failure_emergency_visits_12_months, "emergency visits for heart failure", emergency-visits, "How many emergency visits of the last year were for heart failure.")
* insert CountsEvents(heart_failure_emergency_visits_12_months, "heart-failure heart-failure-reduced heart-failure-acute", 365)

ValueSet: NamedFactCodes
Id: named-fact
Title: "Facts that content names: all codes"
Description: "Every code of facts that content names."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/named-fact"
* include codes from system NamedFact

RuleSet: InCategory(code, category)
* #{code} ^property[5].code = #category
* #{code} ^property[5].valueCode = #{category}

// Inserted into CodeSystem measure-unit.
RuleSet: UnitsOfPathways
* insert UnitOf(filtration-rate, "milliliter per minute per 1.73 square meters", mL/min/{1.73_m2}, filtration, 1, [["ml/min/1.73m2; ml/min/1.73 m2; ml/min/1.73m*2; ml/min/1.73.m2; ml/min/1.73 sq m; ml/min/1.73_m2; ml/min/{1.73m2}; ml/min/173.m2; ml/min; ml/min/1.73m^2; ml/min/1.73m²; ml/min/1.73 m²"]])
* insert UnitOf(milligram-per-gram, "milligram per gram", mg/g, albumin-ratio, 1, [["mg/g{creat}; mg/g creat; mg/g creatinine; mg/g cr; mg albumin/g creatinine; ug/mg; ug/mg{creat}; mcg/mg; mcg/mg creat"]])
* insert UnitOf(milligram-per-millimole, "milligram per millimole", mg/mmol, albumin-ratio, 8.84, [["mg/mmol{creat}; mg/mmol creat; mg/mmol creatinine; g/mol"]])

// Inserted into CodeSystem measured-quantity.
RuleSet: QuantitiesOfPathways
* insert QuantityOf(oxygen-saturation, "oxygen saturation", fraction, %, 50, 100, [["59408-5 2708-6"]])
* insert InCategory(oxygen-saturation, vital-signs)
* insert QuantityOf(egfr, "estimated filtration rate of the kidneys", filtration, mL/min/{1.73_m2}, 2, 200, [["98979-8 98980-6 62238-1 33914-3 48642-3 48643-1 50044-7 50210-4 69405-9 70969-1 77147-7 88293-6 88294-4 94677-2"]])
* insert InCategory(egfr, laboratory)
* insert QuantityOf(urine-albumin-ratio, "albumin to creatinine in urine", albumin-ratio, mg/g, 0, 20000, [["9318-7 14959-1 32294-1 30000-4 14585-4 13705-9 14958-3 44292-1 59159-4 76401-9 77253-3 77254-1"]])
* insert InCategory(urine-albumin-ratio, laboratory)

RuleSet: FactsOfKidneys
* insert Fact(egfr, "newest eGFR", newest, [["The newest estimated filtration rate of two years, in mL/min per 1.73 square meters."]])
* insert Reads(egfr, egfr)
* insert LooksBack(egfr, 730)
* insert Fact(egfr_change, "change of eGFR", change, "The newest estimated filtration rate less the one before it.")
* insert Reads(egfr_change, egfr)
* insert LooksBack(egfr_change, 730)
* insert Fact(egfr_age_days, "age of the newest eGFR", age-days, "How many days ago the newest estimated filtration rate was taken.")
* insert Reads(egfr_age_days, egfr)
* insert Fact(urine_albumin, "newest albumin in urine", newest, [["The newest ratio of albumin to creatinine in urine of two years, in mg/g."]])
* insert Reads(urine_albumin, urine-albumin-ratio)
* insert LooksBack(urine_albumin, 730)
* insert Fact(urine_albumin_age_days, "age of the newest albumin in urine", age-days, "How many days ago albumin in urine was measured.")
* insert Reads(urine_albumin_age_days, urine-albumin-ratio)

RuleSet: DoneDays(code, display, items)
* insert Fact({code}, [[{display}]], done-days, [["How many days ago that was last done, as an item of a plan; of what other systems recorded nothing is known."]])
* #{code} ^property[1].code = #items
* #{code} ^property[1].valueString = {items}

RuleSet: StartedDays(code, display, classes, days)
* insert Fact({code}, [[{display}]], started-days, [["How many days ago a medicine of these classes was first recorded, where one is taken now; another one of the same class before it counts."]])
* #{code} ^property[1].code = #classes
* #{code} ^property[1].valueString = {classes}
* insert LooksBack({code}, {days})

RuleSet: FactsOfDiabetes
* insert Fact(a1c_age_days, "age of the newest A1c", age-days, "How many days ago the A1c was measured.")
* insert Reads(a1c_age_days, a1c)
* insert DoneDays(eye_exam_days, "since the eye exam", "eye-exam-referral")
* insert DoneDays(foot_check_days, "since the foot check", "foot-check")

RuleSet: FactsOfHeart
* insert Fact(potassium_age_days, "age of the newest potassium", observed-days, "How many days ago potassium was measured.")
* #potassium_age_days ^property[1].code = #loinc
* #potassium_age_days ^property[1].valueString = "2823-3 6298-4"
* insert StartedDays(raas_started_days, [["since an ACE inhibitor, ARB, ARNI or MRA was started"]], "ace-inhibitor arb arni mra", 365)

RuleSet: FactsOfMood
* insert StartedDays(antidepressant_started_days, "since medicine for mood was started", "antidepressant", 365)

RuleSet: FactsOfPressure
* insert Fact(systolic_lowest_30_days, "lowest systolic pressure of 30 days", lowest, "The lowest upper number of the last 30 days.")
* insert Reads(systolic_lowest_30_days, systolic-pressure)
* insert LooksBack(systolic_lowest_30_days, 30)
* insert Fact(systolic_highest_30_days, "highest systolic pressure of 30 days", highest, "The highest upper number of the last 30 days.")
* insert Reads(systolic_highest_30_days, systolic-pressure)
* insert LooksBack(systolic_highest_30_days, 30)
* insert Fact(diastolic, "newest diastolic pressure", newest, "The newest lower number of blood pressure.")
* insert Reads(diastolic, diastolic-pressure)
* insert Fact(pressure_age_days, "age of the newest blood pressure", age-days, "How many days ago the blood pressure was taken.")
* insert Reads(pressure_age_days, systolic-pressure)

RuleSet: FactsOfFalls
* insert Fact(falls_12_months, "falls in a year", conditions, "On how many days of the last year a fall is on record.")
* insert CountsEvents(falls_12_months, "falls", 365)
