// Reconciliation of medication lists: what differs, why, what is done, how soon the prescriber hears.

CodeSystem: DiscrepancyWhat
Id: discrepancy-what
Title: "What differs between medication lists"
Description: "What a difference between lists is. Typed by rule; why it is there comes from a person (CodeSystem discrepancy-why). After the Medication Discrepancy Tool's idea of typing what and why apart (Smith JD et al. 2004, K); these codes are our own (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discrepancy-what"
* insert Sourced(^, D, [["Types of differences: our default, after the Medication Discrepancy Tool (Smith JD, Coleman EA, Min SJ. Am J Geriatr Pharmacother 2004;2:141-148, K). The words that tell one reason from another are ours."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discrepancy-what"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "Words in what a person tells that make this the kind, semicolons between them"
* ^property[1].code = #notClasses
* ^property[1].type = #string
* ^property[1].description = "Classes of CodeSystem ingredient too wide for one member to stand for another, blanks between them"
* #match "match" "The same medicine on both lists, nothing stated differs."
* #omitted "omitted" "Taken before, and not on the list it should be on now."
* #added "added" "On the list now, and not taken before."
* #dose-changed "dose changed" "The dose, the strength, the form or the words of the dosage differ."
* #route-changed "route changed" "The way it is given differs."
* #frequency-changed "frequency changed" "How often it is taken differs, as coded timing says."
* #substituted "substituted" "Another ingredient of the same class in its place."
* #substituted ^property[0].code = #notClasses
* #substituted ^property[0].valueString = "insulin diuretic qt pain opioid antiplatelet"
* #duplicate "duplicate" "The same ingredient more than once on one list."
* #not-filled "not filled" "Ordered, and never obtained."
* #not-filled ^property[0].code = #words
* #not-filled ^property[0].valueString = "not filled; never filled; not picked up; did not pick up; didn't pick up; pharmacy; prior authorization; out of stock; ran out; never got; does not have; doesn't have"
* #adherence "not taken as ordered" "Ordered and obtained, and not taken, or taken otherwise."
* #cannot-afford "cannot afford" "Not taken, or taken sparingly, for what it costs."
* #cannot-afford ^property[0].code = #words
* #cannot-afford ^property[0].valueString = "afford; cost; costs; expensive; copay; copays; co-pay; money; price; insurance"
* #over-the-counter "over the counter or from elsewhere" "Taken, and on no list: bought without a prescription, from another prescriber, or somebody else's."
* #not-matched "not matched" "What it is, or which medicine of the other list it belongs to, cannot be told: a name nobody knows, or a combination product that shares an ingredient."

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
* #match "match" "No difference after all: the same thing in other words."
* #intended "intended" "Somebody who may do so changed it on purpose, and it is written down or was confirmed."
* #unintended "unintended" "Nobody meant it: an error or an oversight."
* #unknown "unknown" "Nobody can tell yet."

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
Description: "What the words of a decision come to: whether they change an order, which is the prescriber's, and how the medicine stands afterwards. Where words could be either, they count as changing an order: the prescriber then hears of it (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/reconciliation-action"
* insert Sourced(^, D, "The words by which an action is known: our default; a site may add its own.")
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/reconciliation-action"
* ^property[0].code = #changesOrder
* ^property[0].type = #boolean
* ^property[0].description = "Changes, holds, stops or starts a medicine: the prescriber's"
* ^property[1].code = #leaves
* ^property[1].type = #code
* ^property[1].description = "How the medicine stands afterwards, as a status of MedicationStatement"
* ^property[2].code = #words
* ^property[2].type = #string
* ^property[2].description = "The words it is known by, semicolons between them"
* #continue "continue" "Goes on as it is ordered."
* #continue ^property[0].code = #changesOrder
* #continue ^property[0].valueBoolean = false
* #continue ^property[1].code = #leaves
* #continue ^property[1].valueCode = #active
* #continue ^property[2].code = #words
* #continue ^property[2].valueString = "continue; continues; keep; keeps; do not stop; don't stop; do not hold"
* #nothing "nothing" "Nothing is to be done: it stays as the lists have it."
* #nothing ^property[0].code = #changesOrder
* #nothing ^property[0].valueBoolean = false
* #nothing ^property[1].code = #words
* #nothing ^property[1].valueString = "no change; no changes; no order change; no order changes; do not change; nothing to change; as is; as ordered"
* #teach "teach" "Explained to the person, or taught again."
* #teach ^property[0].code = #changesOrder
* #teach ^property[0].valueBoolean = false
* #teach ^property[1].code = #words
* #teach ^property[1].valueString = "teach; taught; explain; explained; remind; reminded"
* #correct-list "correct the list" "A list was wrong, and is put right; no order changes."
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
Description: "Words in a product's name that make it another medicine in the hand though the ingredient is the same. A name that has none of a kind says nothing about it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/medicine-form"
* insert Sourced(^, K, [["Release forms and salts that are not interchangeable, from general knowledge (metoprolol tartrate and succinate are the usual example); names after RxNorm."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/medicine-form"
* ^property[0].code = #kind
* ^property[0].type = #code
* ^property[0].description = "release or salt: two of one kind differ"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "The words it is known by, semicolons between them"
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
* insert Sourced(^, K, [["After the ISMP list of high-alert medications in community and ambulatory care, from general knowledge; check against the current list. The same day: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/high-alert-class"
* #insulin "insulin" "Too much or none of it harms the same day."
* #sulfonylurea "sulfonylurea" "Low blood sugar, long and late."
* #anticoagulant "anticoagulant" "Bleeding, or a clot."
* #opioid "opioid" "Breathing, falls, withdrawal."
* #digoxin "digoxin" "A narrow margin."
* #antiarrhythmic "antiarrhythmic" "Rhythm, either way."

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
Description: "A difference between medication lists as it was judged: what it is (by rule), why it is there and what is done about it (by a person), and whether a prescriber is still to decide. A flag or an issue has room for one concept only. Read by people, and by what counts reconciliations."
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
* description = "How far back lists are read, and how soon a prescriber decides what stays open. A nurse or pharmacist closes what matches, what was meant, what is only a list's mistake, and what is taught; everything else is the prescriber's."
* insert Param(undated-end-days, 90, D, [["An order that was stopped or completed without saying when, and was written at most this many days before admission, is named so that somebody asks whether it was still taken: a usual supply, our default. Older ones are taken as over."]])
* insert Param(replaced-order-days, 400, D, [["An order that ended without saying when counts as in force at admission where the stay ordered the same ingredient, if it was written at most this many days before: a yearly renewal, our default."]])
* insert Act(resolve-discrepancy, "Decide a difference with a medicine that harms soonest", [["Insulin, sulfonylureas, anticoagulants, opioids, digoxin, antiarrhythmics: read both sides, decide the same day which holds, change the order where it must be, and have the person told."]])
* insert DueIn(0, business-day, now)
* insert ForRisk(high)
* insert Sourced(action[=]., D, "The same day for high-alert classes: our default.")
* insert Act(resolve-discrepancy, "Decide a difference between medication lists", [["Read both sides, decide which holds, change the order where it must be, and have the person told."]])
* insert DueIn(1, business-day, now)
* insert ForRisk(not-high)
* insert Sourced(action[=]., D, "The next business day: our default.")
