// Reconciliation of medication lists: what differs, why, what is done, how soon the prescriber hears of it.

CodeSystem: DiscrepancyWhat
Id: discrepancy-what
Title: "What differs between medication lists"
Description: "What kind of difference it is, found by rule; a person says why it is there (CodeSystem discrepancy-why). Keeping what and why apart follows the Medication Discrepancy Tool (Smith JD et al. 2004, K); these codes are our own (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discrepancy-what"
* insert Sourced(^, D, [["Types of differences: our default, after the Medication Discrepancy Tool (Smith JD, Coleman EA, Min SJ. Am J Geriatr Pharmacother 2004;2:141-148, K). The words that tell one reason from another are ours. Sacubitril within 36 hours of an ACE inhibitor: contraindicated by the label of Entresto (K)."]])
* insert ComparisonsOfDiscrepancyWhat
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
* ^property[5].code = #over
* ^property[5].type = #boolean
* ^property[5].description = "The medicine is not to be taken now, as the list says: going on with it is the prescriber's to decide"
* ^property[6].code = #gap
* ^property[6].type = #boolean
* ^property[6].description = "Two that are dangerous together are named, too, where one of them was taken until the stay and the other one is new: time must pass between them"
* #match "match" "The same medicine on both lists; nothing that is stated differs."
* #omitted "omitted" "Taken before, and not on the list it should be on now."
* #omitted ^property[0].code = #over
* #omitted ^property[0].valueBoolean = true
* #held "on hold" "On hold on one of the lists: until when, somebody must say."
* #held ^property[0].code = #over
* #held ^property[0].valueBoolean = true
* #stopped "stopped" "Not taken before, and the order on the list now is stopped: at the discharge or since."
* #stopped ^property[0].code = #over
* #stopped ^property[0].valueBoolean = true
* #completed "completed" "On the list now, and the order is completed: a course that is over, or an order that ended early."
* #completed ^property[0].code = #over
* #completed ^property[0].valueBoolean = true
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
* #arni-with-ace-inhibitor "sacubitril with an ACE inhibitor" "Sacubitril and an ACE inhibitor at the same time, or one after the other: 36 hours must lie between them."
* #arni-with-ace-inhibitor ^property[0].code = #together
* #arni-with-ace-inhibitor ^property[0].valueString = "arni ace-inhibitor"
* #arni-with-ace-inhibitor ^property[1].code = #prescriber
* #arni-with-ace-inhibitor ^property[1].valueBoolean = true
* #arni-with-ace-inhibitor ^property[2].code = #gap
* #arni-with-ace-inhibitor ^property[2].valueBoolean = true
* #not-to-be-taken "ordered not to be taken" "Ordered or taken, and another order says not to take it."
* #not-to-be-taken ^property[0].code = #prescriber
* #not-to-be-taken ^property[0].valueBoolean = true
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
* ^property[3].code = #whereOver
* ^property[3].type = #boolean
* ^property[3].description = "Changes no order where the medicine is not on the list now to be taken (property over of CodeSystem discrepancy-what)"
* #continue "continue" "Continues as ordered."
* #continue ^property[0].code = #changesOrder
* #continue ^property[0].valueBoolean = false
* #continue ^property[1].code = #leaves
* #continue ^property[1].valueCode = #active
* #continue ^property[2].code = #words
* #continue ^property[2].valueString = "continue; continues; keep; keeps; do not stop; don't stop; do not hold; continued; continuing; go on; goes on; keep on; keep taking; keeps taking; stay on; stays on; not stopped; not held; resumed as ordered; stays the same; stay the same; remain; remains; taking as ordered; takes as ordered; taken as ordered; take as ordered"
* #nothing "nothing" "Nothing needs to be done: it stays as the lists say."
* #nothing ^property[0].code = #changesOrder
* #nothing ^property[0].valueBoolean = false
* #nothing ^property[1].code = #words
* #nothing ^property[1].valueString = "no change; no changes; no order change; no order changes; do not change; nothing to change; as is; as ordered; unchanged; not changed; as prescribed; as directed; as before; as listed; as on the list; same as the list; same as before; the same; same; no difference; no action; no action needed; nothing to do; match; matches; fine; ok; okay; correct; confirmed; agreed; in other words; same in other words; the same in other words; same medicine; same dose; both lists agree; generic name; brand name; brand and generic; documented; noted"
* #teach "teach" "Explained to the person, or taught again."
* #teach ^property[0].code = #changesOrder
* #teach ^property[0].valueBoolean = false
* #teach ^property[1].code = #words
* #teach ^property[1].valueString = "teach; taught; explain; explained; remind; reminded; teaching; teaches; re-taught; retaught; taught back; teach back; teach-back; teach-back done; explains; educate; educated; education; reinforce; reinforced; reviewed; instructed; counseled; counselled; showed; shown; reminder; advised to take as ordered"
* #correct-list "correct the list" "A list was wrong and is corrected; no order changes."
* #correct-list ^property[0].code = #changesOrder
* #correct-list ^property[0].valueBoolean = false
* #correct-list ^property[1].code = #words
* #correct-list ^property[1].valueString = "correct the list; correct list; list corrected; list correction; change the list; update the list; add to the list; add to list; take off the list; corrected the list; corrected; list is corrected; list fixed; fix the list; fixed the list; list updated; updated the list; updated list; clerical; clerical error; data entry error; charting error; list error; typo; listed twice; entered twice; old entry; added to the list; taken off the list; took off the list; clean up the list; reconciled list"
* #start "start" "Started, or started again."
* #start ^property[0].code = #changesOrder
* #start ^property[0].valueBoolean = true
* #start ^property[1].code = #leaves
* #start ^property[1].valueCode = #active
* #start ^property[2].code = #words
* #start ^property[2].valueString = "start; restart; resume; begin; prescribe; order; add; renew; reorder; starts; started; starting; restarted; restarts; resumes; resumed; resuming; prescribed; ordered; reordered; added; renewed; refill; refilled; initiate; initiated; new prescription; new rx; give; given; back on; go back on; put back on; try; trial"
* #stop "stop" "Stopped."
* #stop ^property[0].code = #changesOrder
* #stop ^property[0].valueBoolean = true
* #stop ^property[1].code = #leaves
* #stop ^property[1].valueCode = #stopped
* #stop ^property[2].code = #words
* #stop ^property[2].valueString = "stop; discontinue; cancel; remove; stops; stopped; stopping; discontinued; discontinues; discontinuing; d/c; d/c'd; d/ced; d/c-ed; d.c.; dc; dc'd; dc'ed; dced; dcd; dc-ed; disc; disc'd; cancelled; canceled; removed; quit; quits; no longer; off of it; off of; off the; off her; off his; off it; come off; came off; took off; taken off; take off; get rid of; throw away; throw out; drop; dropped; end; ended; finish; finished; do not take; don't take; do not continue; don't continue; not to take; not continue; cease; ceased; leave off; left off; leave out; do not restart; don't restart; do not resume; don't resume; do not start; don't start; not restarted; not resumed; never again"
* #hold "hold" "Not taken for a time."
* #hold ^property[0].code = #changesOrder
* #hold ^property[0].valueBoolean = true
* #hold ^property[1].code = #leaves
* #hold ^property[1].valueCode = #on-hold
* #hold ^property[2].code = #words
* #hold ^property[2].valueString = "hold; pause; skip; held; holds; holding; on hold; put on hold; hold off; held off; paused; pausing; skips; skipped; skipping; suspend; suspended; withhold; withheld; wait; wait on; wait with; stop for now; stop until; not until; don't take until; do not take until; break from; take a break; miss; omit; omitted; for now not"
* #change "change" "Another dose, another frequency or another medicine."
* #change ^property[0].code = #changesOrder
* #change ^property[0].valueBoolean = true
* #change ^property[1].code = #leaves
* #change ^property[1].valueCode = #active
* #change ^property[2].code = #words
* #change ^property[2].valueString = "change; increase; decrease; reduce; raise; lower; double; halve; switch; replace; substitute; taper; titrate; adjust; go back to; changes; changed; changing; increased; decreased; reduced; reduces; raised; lowered; lowering; doubled; doubling; halved; halves; take half; cut; cuts; cut back; cut back on; cut down; cut in half; cut it in half; switched; switches; switching; switch to; swap; swapped; changed over; replaced; substituted; tapered; tapering; wean; weaned; weaning; titrated; adjusted; adjust; bump; bumped; bump up; back off; back down; go up; go down; went up; went down; step down; step up; convert; converted; move to; moved to; transition to; transitioned"
* #stay-off "stays off" "Not taken any more: no change where the list says so already, a stop where it does not."
* #stay-off ^property[0].code = #changesOrder
* #stay-off ^property[0].valueBoolean = true
* #stay-off ^property[1].code = #leaves
* #stay-off ^property[1].valueCode = #stopped
* #stay-off ^property[2].code = #words
* #stay-off ^property[2].valueString = "no more; no more of it; stays off; stay off; remains off; stays stopped; remains stopped"
* #stay-off ^property[3].code = #whereOver
* #stay-off ^property[3].valueBoolean = true
* #alter "taken otherwise" "Words of another dose or another way to take it."
* #alter ^property[0].code = #changesOrder
* #alter ^property[0].valueBoolean = true
* #alter ^property[1].code = #words
* #alter ^property[1].valueString = "half; half a tablet; split; instead; instead of; rather than; up to; down to; less; more; fewer; extra; only; every other; as needed; prn; once instead of; twice instead of; new dose; other dose; different dose; two instead of; twice as much; second tablet; later in the day; earlier in the day"
* #condition "on a condition" "What is done only if something happens is no decision now."
* #condition ^property[0].code = #words
* #condition ^property[0].valueString = "if; when; whenever; unless; in case; should; for sbp; for systolic; for bp; for blood pressure; for pulse; for hr; for heart rate; for glucose; for sugar; for bs; then; after; afterward; afterwards; later"
* #negation "not" "Turns words round: never counted as understood, though the difference itself says so."
* #negation ^property[0].code = #words
* #negation ^property[0].valueString = "not; no; never; none; nothing; without; neither; nor; off; out; away; minus; twice; once"
* #old "about what was taken before" "Words of the tablets or the dose of before."
* #old ^property[0].code = #words
* #old ^property[0].valueString = "old; previous; prior; earlier; other; leftover; former"
// Words a nurse may use besides: what they leave over is not understood, and so the prescriber's.
* #filler "filler" "Adds nothing to an action."
* #filler ^property[0].code = #words
* #filler ^property[0].valueString = "a; an; the; it; its; this; that; these; he; she; they; him; her; his; them; their; i; we; you; who; which; is; are; was; were; be; been; has; have; had; does; do; did; and; also; too; as; so; then; to; of; on; in; at; by; with; for; from; per; about; both; all; each; again; one; today; yesterday; now; already; still; well; patient; pt; person; daughter; son; wife; husband; spouse; caregiver; family; mother; father; sister; brother; nurse; pharmacist; pharmacy; doctor; dr; provider; prescriber; hospital; home; discharge; summary; letter; list; lists; order; medicine; medicines; medication; medications; med; meds; drug; tablet; tablets; capsule; capsules; pill; pills; tab; tabs; dose; bottle; bottles; label; box; name; names; generic; brand; takes; taking; taken; take; tolerates; tolerated; tolerating; understands; understood; knows; says; said; states; reports; called; phone; by phone; visit; talk; reading; read; checked; seen; verified; clear; clearly; good; yes; thanks; done; only the name differs; different name; other name; wording; words; spelled; spelling; written; paper; new list; old list; new bottle; old bottle"

ValueSet: ReconciliationActionCodes
Id: reconciliation-action
Title: "What is done about a difference: all codes"
Description: "Every code of what is done about a difference."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/reconciliation-action"
* include codes from system ReconciliationAction

RuleSet: Form(code, kind, display, meaning, words, brands)
* #{code} {display} {meaning}
* #{code} ^property[0].code = #kind
* #{code} ^property[0].valueCode = #{kind}
* #{code} ^property[1].code = #words
* #{code} ^property[1].valueString = {words}
* #{code} ^property[2].code = #brands
* #{code} ^property[2].valueString = {brands}

CodeSystem: MedicineForm
Id: medicine-form
Title: "Forms, salts and concentrations that matter"
Description: "Words in a product's name, and brands, that make it a different medicine although the ingredient is the same. A name without such a word says nothing of the form, the salt or the concentration, unless the form is one that a name always says (property marked)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/medicine-form"
* insert Sourced(^, K, [["Release forms, salts and concentrations that are not interchangeable, and the brands that are only made so, from general knowledge (metoprolol tartrate and succinate are the usual example; oral forms that should not be crushed, ISMP); names after RxNorm."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/medicine-form"
* ^property[0].code = #kind
* ^property[0].type = #code
* ^property[0].description = "release, hours, salt, concentration or formulation: two different words of one kind mean two different medicines"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "Words that mean it, separated by semicolons"
* ^property[2].code = #brands
* ^property[2].type = #string
* ^property[2].description = "Brands that are only made so, separated by semicolons"
* ^property[3].code = #marked
* ^property[3].type = #boolean
* ^property[3].description = "A name that says nothing of this kind means another form: plain oxycodone is not the extended one"
* insert Form(extended-release, release, "extended release", "Releases its dose over many hours.", [["extended release; extended-release; sustained release; sustained-release; controlled release; controlled-release; prolonged release; prolonged-release; modified release; long acting; long-acting; slow release; slow-release; time release; timed release; er; xr; xl; sr; cr; la; cd; xt; lar; oros; 24 hr; 12 hr; 24 hour; 12 hour; 24-hour; 12-hour; 24hr; 12hr; contin; retard; metoprolol succinate; metoprolol succ"]], [["oxycontin; xtampza; ms contin; kadian; avinza; morphabond; arymo; opana er; exalgo; hysingla; zohydro; nucynta er; conzip; ryzolt; toprol; toprol xl; kapspargo; cardizem cd; cardizem la; cartia; tiazac; taztia; matzim; dilacor; procardia xl; adalat cc; afeditab; plendil; sular; calan sr; isoptin sr; verelan; covera; inderal la; innopran; inderal xl; coreg cr; imdur; ranexa; glucotrol xl; glumetza; fortamet; glucophage xr; jentadueto xr; effexor xr; wellbutrin sr; wellbutrin xl; aplenzin; forfivo; zyban; pristiq; fetzima; seroquel xr; invega; concerta; metadate; ritalin la; aptensio; adderall xr; mydayis; focalin xr; intuniv; kapvay; lamictal xr; keppra xr; depakote er; tegretol xr; carbatrol; equetro; trokendi; qudexy; oxtellar; gralise; horizant; lyrica cr; sinemet cr; rytary; requip xl; mirapex er; gocovri; namenda xr; namzaric; detrol la; ditropan xl; toviaz; uroxatral; klor-con; klor con; k-dur; k-tab; slow-k; niaspan; simcor; altoprev; lescol xl; envarsus; astagraf; rayos; theo-24; theo 24; uniphyl; ambien cr; xanax xr; biaxin xl; cipro xr; augmentin xr; moxatag; mucinex; zyflo cr; voltaren xr; naprelan; lodine xl"]])
* #extended-release ^property[3].code = #marked
* #extended-release ^property[3].valueBoolean = true
* insert Form(delayed-release, release, "delayed release", "Passes the stomach before it dissolves.", [["delayed release; delayed-release; ec; enteric coated; enteric-coated; dr; gastro-resistant"]], [["depakote; myfortic; ecotrin; prilosec; nexium; protonix; prevacid; aciphex; dexilant; creon; cymbalta; asacol; lialda; delzicol; entocort"]])
* insert Form(immediate-release, release, "immediate release", "Releases its dose at once.", [["oral tablet; oral capsule; immediate release; immediate-release; short acting; short-acting; ir"]], [["roxicodone; oxaydo; lopressor; cellcept; prograf; sandimmune"]])
* insert Form(twelve-hours, hours, "over twelve hours", "An extended form that is usually taken twice a day.", [["12 hr; 12 hour; 12-hour; 12hr; sr"]], [["wellbutrin sr; zyban; ms contin; oxycontin"]])
* insert Form(twenty-four-hours, hours, "over twenty-four hours", "An extended form that is taken once a day.", [["24 hr; 24 hour; 24-hour; 24hr; xl; cd"]], [["wellbutrin xl; toprol xl; kadian; cardizem la"]])
* insert Form(tartrate, salt, "tartrate", "The salt of short action.", [["tartrate; tart"]], [["lopressor"]])
* insert Form(succinate, salt, "succinate", "The salt of long action.", [["succinate; succ"]], [["toprol; toprol xl; kapspargo"]])
* insert Form(u-500, concentration, "500 units in a milliliter", "Five times as much in a milliliter as usual.", [["u-500; u500; u 500; 500 unt/ml; 500 unit/ml; 500 units/ml; 500 u/ml; 500 iu/ml; 500 units per ml; 500 unit per ml; concentrated"]], "humulin r u-500; humulin r u500")
* #u-500 ^property[3].code = #marked
* #u-500 ^property[3].valueBoolean = true
* insert Form(u-300, concentration, "300 units in a milliliter", "Three times as much in a milliliter as usual.", [["u-300; u300; u 300; 300 unt/ml; 300 unit/ml; 300 units/ml; 300 u/ml; 300 iu/ml"]], "toujeo")
* #u-300 ^property[3].code = #marked
* #u-300 ^property[3].valueBoolean = true
* insert Form(u-200, concentration, "200 units in a milliliter", "Twice as much in a milliliter as usual.", [["u-200; u200; u 200; 200 unt/ml; 200 unit/ml; 200 units/ml; 200 u/ml; 200 iu/ml"]], "-")
* #u-200 ^property[3].code = #marked
* #u-200 ^property[3].valueBoolean = true
* insert Form(u-100, concentration, "100 units in a milliliter", "As usual.", [["u-100; u100; u 100; 100 unt/ml; 100 unit/ml; 100 units/ml; 100 u/ml; 100 iu/ml"]], "lantus; basaglar; semglee; rezvoglar")
* insert Form(modified, formulation, "modified for absorption", "Taken up differently: not to be exchanged for the plain one.", "modified", "neoral; gengraf")
* #modified ^property[3].code = #marked
* #modified ^property[3].valueBoolean = true
* insert Form(liposomal, formulation, "liposomal or bound", "Another medicine in the vein.", [["liposomal; liposome; lipid complex; protein-bound; pegylated"]], [["ambisome; abelcet; doxil; abraxane"]])
* #liposomal ^property[3].code = #marked
* #liposomal ^property[3].valueBoolean = true

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
* insert ComparisonsMedicationReconciliation
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
