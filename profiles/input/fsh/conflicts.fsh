// Conflicts of advice that the newer pathways bring, and those of clinical practice that were missing: 9, 10 and 11.
// (12, more than two trips without transport, is counted where trips are booked.)

RuleSet: ConflictsOfPathways
* #pressure-too-low "blood pressure goal, dizziness or falls" "A blood pressure goal for someone whom low pressure would harm."
* #beta-blocker-lows "beta blocker, lows" "A medicine that hides the signs of a low, and a medicine that makes lows."
* #mood-medicine-dangers "medicine for mood, other medicines" "A medicine for mood beside medicines that bleed, lower sodium or disturb the heart's rhythm."
* #kidneys-pain-pills "kidneys, pain pills" "A pain reliever that harms kidneys."
* #kidneys-diabetes-medicine "kidneys, diabetes medicine" "Diabetes medicine that may no longer fit the kidneys."
* #lungs-beta-blocker "lungs, beta blocker" "A beta blocker that can narrow the airways."
* #lungs-sedatives "lungs, sedatives" "Medicine that slows breathing."
* #falls-sedatives "falls, sedatives" "Medicine that makes people fall."
* #falls-blood-thinner "falls, blood thinner" "A blood thinner, and falls."
* #exercise-falls "exercise, falls" "Exercise where a fall is likely."
* insert Sides(pressure-too-low, [["The target stays"]], [["A higher target, or fewer pills, until falls or dizziness are understood"]])
* insert Sides(beta-blocker-lows, [["Both go on; the sugar is measured when in doubt"]], [["The prescriber changes one of the two"]])
* insert Sides(mood-medicine-dangers, [["Both go on, watched as the prescriber says"]], [["The prescriber changes one of the two"]])
* insert Sides(kidneys-pain-pills, [["The pain reliever goes on"]], [["The pain reliever is to be stopped or replaced"]])
* insert Sides(kidneys-diabetes-medicine, [["The medicine goes on as it is"]], [["The medicine is stopped, or its dose is lowered"]])
* insert Sides(lungs-beta-blocker, [["The beta blocker goes on"]], [["Another beta blocker, or none"]])
* insert Sides(lungs-sedatives, [["The medicine goes on, at the lowest dose"]], [["The medicine is tapered off or replaced"]])
* insert Sides(falls-sedatives, [["The medicine goes on"]], [["The medicine is tapered off or replaced"]])
* insert Sides(falls-blood-thinner, [["The blood thinner goes on"]], [["The blood thinner is changed or stopped"]])
* insert Sides(exercise-falls, [["Exercise as the goal says"]], [["Only with a therapist, until balance is better"]])

RuleSet: ConflictActions
* insert Against(pressure-too-low, supervising-provider, routine, [["Blood pressure below 130/80, and low pressure that would harm"]], [["A blood pressure goal, together with falls, dizziness or fainting, or an upper number under 110 in the last 30 days. Is the target still right for this person? Blood pressure on standing up tells more."]])
* insert When([["'blood-pressure' in goals and ('falls' in conditions_or_concerns or 'low-pressure' in conditions_or_concerns or systolic_lowest_30_days.where($this < 110).exists())"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., S, [["AHA/ACC guideline of 2025, as summarized on secondary pages: a more lenient target with symptomatic orthostatic hypotension in the very old, or frailty. Under 110, and five business days: our default (D)."]])
* insert Against(beta-blocker-lows, supervising-provider, routine, [["A beta blocker, and lows"]], [["A beta blocker hides the racing heart and the shaking of a low; sweating stays. With insulin or a sulfonylurea: does the person know, and is the sugar measured when in doubt? Should either change?"]])
* insert When([["'beta-blocker' in medicine_classes and ('insulin' in medicine_classes or 'sulfonylurea' in medicine_classes or 'glucose-lowering-unknown' in medicine_classes)"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., K, [["Beta blockers mask the signs of hypoglycemia: general knowledge; source to be found. Two weeks, for the pair is often wanted: our default (D)."]])
* insert Against(mood-medicine-dangers, supervising-provider, routine, [["Medicine for mood, and medicines it does not go with"]], [["A medicine for mood beside a blood thinner or a pain reliever of the NSAID kind (bleeding), an SSRI beside a water pill of the thiazide kind (low sodium), or citalopram or escitalopram beside another medicine that lengthens QT. What should be watched, and should either change?"]])
* insert When([["('ssri' in medicine_classes and ('anticoagulant' in medicine_classes or 'nsaid' in medicine_classes or 'p2y12-inhibitor' in medicine_classes or 'thiazide' in medicine_classes)) or (('citalopram' in medicines or 'escitalopram' in medicines) and ('antiarrhythmic' in medicine_classes or 'methadone' in medicines))"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., K, [["Bleeding, low sodium and QT: general knowledge; source to be found. Five business days: our default (D)."]])
* insert Against(kidneys-pain-pills, supervising-provider, urgent, [["A pain reliever that harms kidneys"]], [["Kidney disease, and a pain reliever of the NSAID kind; the more dangerous beside a water pill and an ACE inhibitor or ARB. Should it continue?"]])
* insert When([["('kidney-disease' in conditions_or_concerns or egfr.where($this < 60).exists()) and 'nsaid' in medicine_classes and ('heart-failure' in conditions_or_concerns).not()"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., K, [["NSAIDs and kidney disease: general knowledge (KDIGO on drug stewardship; AGS Beers Criteria, below a clearance of 30); source to be read. One business day, and not beside heart failure, which asks the same question of the same prescriber: our default (D)."]])
* insert Against(kidneys-diabetes-medicine, supervising-provider, urgent, [["Diabetes medicine, and these kidneys"]], [["Metformin with an eGFR below 45, or an SGLT2 inhibitor with an eGFR below 20, by the newest number on record. Should it continue, and at which dose?"]])
* insert When([["('metformin' in medicine_classes and egfr.where($this < 45).exists()) or ('sglt2-inhibitor' in medicine_classes and egfr.where($this < 20).exists())"]])
* insert DueIn(3, business-day, now)
* insert Sourced(action[=]., V, [["FDA, metformin, 2016 (PMC5533243 table 3): contraindicated below 30; below 45 the benefits and risks of going on are assessed. SGLT2 inhibitor from an eGFR of 20: KDIGO 2024, as summarized on secondary pages (S). Three business days: our default (D)."]])
* insert Against(lungs-beta-blocker, supervising-provider, routine, [["A beta blocker, and narrow airways"]], [["Lung disease or asthma, and a beta blocker that also acts on the airways (carvedilol, propranolol, nadolol, sotalol, labetalol, timolol, pindolol). In heart failure it may well be right: who has looked at both?"]])
* insert When([["('copd' in conditions_or_concerns or 'asthma' in conditions_or_concerns) and ('carvedilol' in medicines or 'propranolol' in medicines or 'nadolol' in medicines or 'sotalol' in medicines or 'labetalol' in medicines or 'timolol' in medicines or 'pindolol' in medicines)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., K, [["Beta blockers that are not selective, and airways: general knowledge; source to be found. Five business days: our default (D)."]])
* insert Against(lungs-sedatives, supervising-provider, urgent, [["Medicine that slows breathing"]], [["Lung disease, and an opioid or a benzodiazepine: breathing can fail, at night above all. Is it needed, and at which dose? Is naloxone in the house?"]])
* insert When([["'copd' in conditions_or_concerns and ('opioid' in medicine_classes or 'benzodiazepine' in medicine_classes)"]])
* insert DueIn(3, business-day, now)
* insert Sourced(action[=]., K, [["General knowledge (labels of both classes); source to be found. Three business days: our default (D)."]])
* insert Against(falls-sedatives, supervising-provider, routine, [["Falls, and medicine that makes people fall"]], [["Falls, and a benzodiazepine, an opioid or a gabapentinoid. Can it be tapered? It is never stopped from one day to the next."]])
* insert When([["'falls' in conditions_or_concerns and ('benzodiazepine' in medicine_classes or 'opioid' in medicine_classes or 'gabapentinoid' in medicine_classes)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., K, [["AGS Beers Criteria of 2023, history of falls: general knowledge, the table was not read. Five business days: our default (D)."]])
* insert Against(falls-blood-thinner, supervising-provider, routine, [["Falls, and a blood thinner"]], [["Falls, and an anticoagulant: a blow to the head can bleed. The prescriber weighs stroke against bleeding; nobody stops it on our advice."]])
* insert When([["'falls' in conditions_or_concerns and 'anticoagulant' in medicine_classes"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Named so that somebody weighs it; five business days: our default."]])
* insert Against(exercise-falls, supervising-provider, routine, [["Exercise, and falls"]], [["A goal of exercise, together with falls. What is safe by oneself, and what only with a therapist?"]])
* insert When([["('exercise' in goals or 'exercise' in items) and 'falls' in conditions_or_concerns"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Five business days: our default."]])
