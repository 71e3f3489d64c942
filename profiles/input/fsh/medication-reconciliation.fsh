// Reconciliation of medication lists: what differs, why, what is done, how soon the prescriber hears of it.

CodeSystem: DiscrepancyWhat
Id: discrepancy-what
Title: "What differs between medication lists"
Description: "What kind of difference it is, found by rule; a person says why it is there (CodeSystem discrepancy-why). Keeping what and why apart follows the Medication Discrepancy Tool (Smith JD et al. 2004, K); these codes are our own (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discrepancy-what"
* insert Sourced(^, D, [["Types of differences: our default, after the Medication Discrepancy Tool (Smith JD, Coleman EA, Min SJ. Am J Geriatr Pharmacother 2004;2:141-148, K). The words that tell one reason from another are ours."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discrepancy-what"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "If a person uses one of these words, the difference is of this kind; separated by semicolons"
* ^property[1].code = #notClasses
* ^property[1].type = #string
* ^property[1].description = "Classes of CodeSystem ingredient that are too wide for one member to replace another; separated by spaces"
* ^property[2].code = #together
* ^property[2].type = #string
* ^property[2].description = "Two classes of CodeSystem ingredient that are dangerous together; the same class twice: two different ingredients of it; separated by a space"
* ^property[3].code = #prescriber
* ^property[3].type = #boolean
* ^property[3].description = "Always the prescriber's, the same day, whatever the medicine"
* ^property[4].code = #medicineClass
* ^property[4].type = #code
* ^property[4].description = "The class of CodeSystem ingredient that it is about"
* #match "match" "The same medicine on both lists; nothing that is stated differs."
* #omitted "omitted" "Taken before, and not on the list it should be on now."
* #added "added" "On the list now, and not taken before."
* #dose-changed "dose changed" "The dose, the strength, the form or the words of the dosage differ."
* #route-changed "route changed" "The way it is given differs."
* #frequency-changed "frequency changed" "How often it is taken differs, as coded timing says."
* #substituted "substituted" "Another ingredient of the same class in its place."
* #substituted ^property[0].code = #notClasses
* #substituted ^property[0].valueString = "insulin diuretic qt pain opioid antiplatelet immunosuppressant beta-lactam nsaid-or-aspirin harms-in-pregnancy"
* #duplicate "duplicate" "The same ingredient more than once on one list."
* #not-filled "not filled" "Ordered, and never obtained."
* #not-filled ^property[0].code = #words
* #not-filled ^property[0].valueString = "not filled; never filled; not picked up; did not pick up; didn't pick up; pharmacy; prior authorization; out of stock; ran out; never got; does not have; doesn't have"
* #adherence "not taken as ordered" "Ordered and obtained, but not taken, or taken differently."
* #cannot-afford "cannot afford" "Not taken, or taken sparingly, because of the cost."
* #cannot-afford ^property[0].code = #words
* #cannot-afford ^property[0].valueString = "afford; cost; costs; expensive; copay; copays; co-pay; money; price; insurance"
* #over-the-counter "over the counter or from elsewhere" "Taken, and on no list: bought without a prescription, from another prescriber, or someone else's."
* #interval-changed "interval changed" "How often it is taken went from a week or longer to less than a week, or the other way round: methotrexate taken daily instead of weekly kills."
* #interval-changed ^property[0].code = #prescriber
* #interval-changed ^property[0].valueBoolean = true
* #two-anticoagulants "two anticoagulants" "Two different anticoagulants at the same time."
* #two-anticoagulants ^property[0].code = #together
* #two-anticoagulants ^property[0].valueString = "anticoagulant anticoagulant"
* #two-anticoagulants ^property[1].code = #prescriber
* #two-anticoagulants ^property[1].valueBoolean = true
* #two-opioids "two opioids" "Two or more different opioids at the same time."
* #two-opioids ^property[0].code = #together
* #two-opioids ^property[0].valueString = "opioid opioid"
* #two-opioids ^property[1].code = #prescriber
* #two-opioids ^property[1].valueBoolean = true
* #opioid-with-benzodiazepine "opioid with a benzodiazepine" "An opioid and a benzodiazepine at the same time."
* #opioid-with-benzodiazepine ^property[0].code = #together
* #opioid-with-benzodiazepine ^property[0].valueString = "opioid benzodiazepine"
* #opioid-with-benzodiazepine ^property[1].code = #prescriber
* #opioid-with-benzodiazepine ^property[1].valueBoolean = true
* #allergy "allergy" "Ordered or taken, and an allergy to it, to its class, or to one that may cross-react is on record."
* #allergy ^property[0].code = #prescriber
* #allergy ^property[0].valueBoolean = true
* #harms-in-pregnancy "harms in pregnancy" "Ordered or taken, and the person is pregnant."
* #harms-in-pregnancy ^property[0].code = #prescriber
* #harms-in-pregnancy ^property[0].valueBoolean = true
* #harms-in-pregnancy ^property[1].code = #medicineClass
* #harms-in-pregnancy ^property[1].valueCode = #harms-in-pregnancy
* #not-matched "not matched" "It is not clear what it is, or which medicine of the other list it matches: an unknown name, or a combination product that shares an ingredient."

ValueSet: DiscrepancyWhatCodes
Id: discrepancy-what
Title: "What differs between medication lists: all codes"
Description: "Every code of what differs between medication lists."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/discrepancy-what"
* include codes from system DiscrepancyWhat

CodeSystem: DiscrepancyWhy
Id: discrepancy-why
Title: "Why medication lists differ"
Description: "Why a difference is there, as a person judges it. No rule ever decides it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discrepancy-why"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discrepancy-why"
* #match "match" "No difference after all: the same medicine in other words."
* #intended "intended" "Someone with the authority changed it on purpose, and this is documented or was confirmed."
* #unintended "unintended" "No one intended it: an error or an oversight."
* #unknown "unknown" "Not known yet."

ValueSet: DiscrepancyWhyCodes
Id: discrepancy-why
Title: "Why medication lists differ: all codes"
Description: "Every code of why medication lists differ."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/discrepancy-why"
* include codes from system DiscrepancyWhy

CodeSystem: ReconciliationAction
Id: reconciliation-action
Title: "What is done about a difference"
Description: "What a decision means: whether it changes an order, which only the prescriber may do, and the status of the medicine afterward. If the words could mean either, they count as changing an order, so that the prescriber hears of it (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/reconciliation-action"
* insert Sourced(^, D, "The words that mean each action: our default; a site may add its own.")
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/reconciliation-action"
* ^property[0].code = #changesOrder
* ^property[0].type = #boolean
* ^property[0].description = "Changes, holds, stops or starts a medicine, which only the prescriber may do"
* ^property[1].code = #leaves
* ^property[1].type = #code
* ^property[1].description = "Status of the medicine afterward, as in MedicationStatement.status"
* ^property[2].code = #words
* ^property[2].type = #string
* ^property[2].description = "Words that mean it, separated by semicolons"
* #continue "continue" "Continues as ordered."
* #continue ^property[0].code = #changesOrder
* #continue ^property[0].valueBoolean = false
* #continue ^property[1].code = #leaves
* #continue ^property[1].valueCode = #active
* #continue ^property[2].code = #words
* #continue ^property[2].valueString = "continue; continues; keep; keeps; do not stop; don't stop; do not hold"
* #nothing "nothing" "Nothing needs to be done: it stays as the lists say."
* #nothing ^property[0].code = #changesOrder
* #nothing ^property[0].valueBoolean = false
* #nothing ^property[1].code = #words
* #nothing ^property[1].valueString = "no change; no changes; no order change; no order changes; do not change; nothing to change; as is; as ordered"
* #teach "teach" "Explained to the person, or taught again."
* #teach ^property[0].code = #changesOrder
* #teach ^property[0].valueBoolean = false
* #teach ^property[1].code = #words
* #teach ^property[1].valueString = "teach; taught; explain; explained; remind; reminded"
* #correct-list "correct the list" "A list was wrong and is corrected; no order changes."
* #correct-list ^property[0].code = #changesOrder
* #correct-list ^property[0].valueBoolean = false
* #correct-list ^property[1].code = #words
* #correct-list ^property[1].valueString = "correct the list; correct list; list corrected; list correction; change the list; update the list; add to the list; add to list; take off the list"
* #start "start" "Started, or started again."
* #start ^property[0].code = #changesOrder
* #start ^property[0].valueBoolean = true
* #start ^property[1].code = #leaves
* #start ^property[1].valueCode = #active
* #start ^property[2].code = #words
* #start ^property[2].valueString = "start; restart; resume; begin; prescribe; order; add; renew; reorder"
* #stop "stop" "Stopped."
* #stop ^property[0].code = #changesOrder
* #stop ^property[0].valueBoolean = true
* #stop ^property[1].code = #leaves
* #stop ^property[1].valueCode = #stopped
* #stop ^property[2].code = #words
* #stop ^property[2].valueString = "stop; discontinue; cancel; remove"
* #hold "hold" "Not taken for a time."
* #hold ^property[0].code = #changesOrder
* #hold ^property[0].valueBoolean = true
* #hold ^property[1].code = #leaves
* #hold ^property[1].valueCode = #on-hold
* #hold ^property[2].code = #words
* #hold ^property[2].valueString = "hold; pause; skip"
* #change "change" "Another dose, another frequency or another medicine."
* #change ^property[0].code = #changesOrder
* #change ^property[0].valueBoolean = true
* #change ^property[1].code = #leaves
* #change ^property[1].valueCode = #active
* #change ^property[2].code = #words
* #change ^property[2].valueString = "change; increase; decrease; reduce; raise; lower; double; halve; switch; replace; substitute; taper; titrate; adjust; go back to"

ValueSet: ReconciliationActionCodes
Id: reconciliation-action
Title: "What is done about a difference: all codes"
Description: "Every code of what is done about a difference."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/reconciliation-action"
* include codes from system ReconciliationAction

CodeSystem: MedicineForm
Id: medicine-form
Title: "Forms and salts that matter"
Description: "Words in a product's name that make it a different medicine although the ingredient is the same. A name without such a word says nothing about the form or the salt."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/medicine-form"
* insert Sourced(^, K, [["Release forms and salts that are not interchangeable, from general knowledge (metoprolol tartrate and succinate are the usual example); names after RxNorm."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/medicine-form"
* ^property[0].code = #kind
* ^property[0].type = #code
* ^property[0].description = "release or salt: two different words of one kind mean two different medicines"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "Words that mean it, separated by semicolons"
* #extended-release "extended release" "Releases its dose over many hours."
* #extended-release ^property[0].code = #kind
* #extended-release ^property[0].valueCode = #release
* #extended-release ^property[1].code = #words
* #extended-release ^property[1].valueString = "extended release; er; xr; xl; sr; cr; la; cd; 24 hr; 12 hr"
* #delayed-release "delayed release" "Passes the stomach before it dissolves."
* #delayed-release ^property[0].code = #kind
* #delayed-release ^property[0].valueCode = #release
* #delayed-release ^property[1].code = #words
* #delayed-release ^property[1].valueString = "delayed release; ec; enteric coated; dr"
* #immediate-release "immediate release" "Releases its dose at once."
* #immediate-release ^property[0].code = #kind
* #immediate-release ^property[0].valueCode = #release
* #immediate-release ^property[1].code = #words
* #immediate-release ^property[1].valueString = "oral tablet; oral capsule; immediate release; ir"
* #tartrate "tartrate" "The salt of short action."
* #tartrate ^property[0].code = #kind
* #tartrate ^property[0].valueCode = #salt
* #tartrate ^property[1].code = #words
* #tartrate ^property[1].valueString = "tartrate"
* #succinate "succinate" "The salt of long action."
* #succinate ^property[0].code = #kind
* #succinate ^property[0].valueCode = #salt
* #succinate ^property[1].code = #words
* #succinate ^property[1].valueString = "succinate"

ValueSet: MedicineFormCodes
Id: medicine-form
Title: "Forms and salts that matter: all codes"
Description: "Every code of forms and salts that matter."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/medicine-form"
* include codes from system MedicineForm

CodeSystem: HighAlertClass
Id: high-alert-class
Title: "Classes that harm soonest"
Description: "Classes of CodeSystem ingredient whose open differences go to the prescriber the same day: an error with them harms within a day or two."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/high-alert-class"
* insert Sourced(^, V, [["ISMP List of High-Alert Medications in Community/Ambulatory Care Settings, 2021: anticoagulants, insulins, opioids, immunosuppressants, methotrexate. Digoxin and sulfonylureas: ISMP list for long-term care, 2021, as copied and summarized on other pages (S). Antiarrhythmics taken by mouth are on neither (on the list for hospitals, intravenous only): general knowledge (K). The same day: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/high-alert-class"
* #insulin "insulin" "Too much or none of it harms the same day."
* #sulfonylurea "sulfonylurea" "Low blood sugar, long and late."
* #anticoagulant "anticoagulant" "Bleeding, or a clot."
* #opioid "opioid" "Breathing, falls, withdrawal."
* #digoxin "digoxin" "A narrow margin."
* #antiarrhythmic "antiarrhythmic" "Rhythm, either way."
* #methotrexate "methotrexate" "Taken weekly; taken daily it kills."
* #immunosuppressant "immunosuppressant" "A transplant lost, or an infection."

ValueSet: HighAlertClassCodes
Id: high-alert-class
Title: "Classes that harm soonest: all codes"
Description: "Every code of classes that harm soonest."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/high-alert-class"
* include codes from system HighAlertClass

Extension: DiscrepancyExtension
Id: discrepancy
Title: "Discrepancy"
Description: "A difference between medication lists as judged: what it is (by rule), why it is there and what is done about it (by a person), and whether a prescriber still has to decide. A flag or an issue has room for only one concept. Read by people, and by the count of reconciliations."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "List.entry"
* ^context[1].type = #element
* ^context[1].expression = "DetectedIssue"
* extension contains what 1..1 and why 1..1 and action 0..1 and open 1..1
* extension[what].value[x] only code
* extension[what].valueCode from DiscrepancyWhatCodes (required)
* extension[why].value[x] only code
* extension[why].valueCode from DiscrepancyWhyCodes (required)
* extension[action].value[x] only string
* extension[open].value[x] only boolean

Instance: medication-reconciliation
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(medication-reconciliation, MedicationReconciliation, "Reconciliation of medication lists")
* description = "How far back lists are read, and how soon a prescriber decides what stays open. A nurse or pharmacist closes what matches, what was intended, what is only a mistake in a list, and what is solved by teaching; the prescriber decides everything else."
* insert Param(undated-end-days, 90, D, [["An order that was stopped or completed without saying when, and was written at most this many days before admission, is named so that someone asks whether it was still taken: a usual supply, our default. Older ones count as ended."]])
* insert Param(office-from-hour, 8, D, [["From this hour on, on a business day, the supervising provider decides what cannot wait: our default. Before and after it is the provider on call."]])
* insert Param(office-to-hour, 17, D, [["Until this hour on a business day: our default."]])
* insert Param(pregnancy-months, 9, D, [["A pregnancy status of pregnant that was recorded at most this many months ago still counts: our default, the length of a pregnancy."]])
* insert Param(replaced-order-days, 400, D, [["An order that ended without saying when counts as in force at admission if the stay ordered the same ingredient, if it was written at most this many days before: a yearly renewal, our default."]])
* insert Act(resolve-discrepancy, "Decide a difference with a medicine that harms soonest", [["Anticoagulants, insulin, sulfonylureas, opioids, digoxin, methotrexate, antiarrhythmics, immunosuppressants; medicines that are dangerous together, with an allergy or in pregnancy: read both sides, decide the same day which is right, change the order if needed, and have the person told."]])
* insert DueIn(0, day, now)
* insert ForRisk(high)
* insert Sourced(action[=]., D, [["The same day for high-alert classes, on weekends too: our default."]])
* insert Act(resolve-discrepancy, "Decide a difference between medication lists", [["Read both sides, decide which is right, change the order if needed, and have the person told."]])
* insert DueIn(1, business-day, now)
* insert ForRisk(not-high)
* insert Sourced(action[=]., D, "The next business day: our default.")
* insert Act(tell-patient, "Tell the person what was decided", [["A medicine that harms soonest: tell the person today what the prescriber decided, and hear it back."]])
* insert DueIn(0, day, now)
* insert ForRisk(high)
* insert Sourced(action[=]., D, "The same day for high-alert classes: our default.")
* insert Act(tell-patient, "Tell the person what was decided", [["Tell the person what the prescriber decided, and hear it back."]])
* insert DueIn(1, business-day, now)
* insert ForRisk(not-high)
* insert Sourced(action[=]., D, "The next business day: our default.")
