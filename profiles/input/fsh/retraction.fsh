// What `retract` does with each step: takes it back, or says what to do instead.

RuleSet: Retracted(step, definition)
* #{step} "{step}" {definition}
* #{step} ^property[0].code = #takenBack
* #{step} ^property[0].valueBoolean = true

RuleSet: RetractedBeside(step, index, words)
* #{step} ^property[{index}].code = #beside
* #{step} ^property[{index}].valueString = {words}

RuleSet: RetractedHandedOver(step, index, words)
* #{step} ^property[{index}].code = #handedOver
* #{step} ^property[{index}].valueString = {words}

RuleSet: RetractedTold(step, index, kind)
* #{step} ^property[{index}].code = #told
* #{step} ^property[{index}].valueCode = #{kind}

RuleSet: RetractedNotRevived(step, index, words)
* #{step} ^property[{index}].code = #notRevived
* #{step} ^property[{index}].valueString = {words}

RuleSet: NotRetracted(step, instead)
* #{step} "{step}" "Not taken back: it is put right by another step, or by a person."
* #{step} ^property[0].code = #takenBack
* #{step} ^property[0].valueBoolean = false
* #{step} ^property[1].code = #instead
* #{step} ^property[1].valueString = {instead}

CodeSystem: RetractionRule
Id: retraction-rule
Title: "What can be taken back"
Description: "Each step by its name: whether retract takes it back, what is left to a person then, and what to do instead where it is not taken back."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/retraction-rule"
* insert Sourced(^, D, [["Our default. Nothing that others have acted on is undone silently: what was handed over, decided with a payer or signed is put right by a further step. That a record of another person which was handed over is a disclosure to be looked into: 45 CFR 164.402, from general knowledge (K)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/retraction-rule"
* ^property[0].code = #takenBack
* ^property[0].type = #boolean
* ^property[0].description = "Whether retract takes the step back"
* ^property[1].code = #instead
* ^property[1].type = #string
* ^property[1].description = "What to do instead, where it is not taken back"
* ^property[2].code = #beside
* ^property[2].type = #string
* ^property[2].description = "What else to do once it is taken back, in words"
* ^property[3].code = #handedOver
* ^property[3].type = #string
* ^property[3].description = "What a person must do the same day, because something was handed over and cannot be taken back"
* ^property[4].code = #told
* ^property[4].type = #code
* ^property[4].description = "What may have called for action, and is somebody else's then: answers, or words"
* ^property[5].code = #notRevived
* ^property[5].type = #string
* ^property[5].description = "What to do about a Consent that the step ended: it stays ended, and is named"
* insert Retracted(record-death, [["A death was reported of the wrong person."]])
* insert Retracted(record-check-in, [["Answers to a check-in stand on the wrong chart."]])
* insert RetractedTold(record-check-in, 1, answers)
* insert Retracted(record-assessment, [["Answers to an instrument stand on the wrong chart."]])
* insert RetractedTold(record-assessment, 1, answers)
* insert Retracted(record-contact, [["An attempt or a talk after a discharge never was, or was with somebody else."]])
* insert RetractedTold(record-contact, 1, words)
* insert Retracted(record-call, [["A contact outside transitions never was, or was with somebody else."]])
* insert RetractedBeside(record-call, 1, [["look whether somebody else was to be called: if it was their contact, record it on their chart with record-call"]])
* insert RetractedTold(record-call, 2, words)
* insert Retracted(log-time, [["Minutes were not worked for this person."]])
* insert RetractedBeside(log-time, 1, [["if a statement with these minutes was given to billing, tell them; minutes for somebody else are logged on that chart with log-time"]])
* insert Retracted(record-support, [["Somebody does not help this person, or something else was said."]])
* insert RetractedNotRevived(record-support, 1, [["stays ended, for nobody may know more than the person said: ask the person what this helper may know, and record it with record-support"]])
* insert Retracted(set-tier, [["A tier was set for the wrong person, or from the wrong facts."]])
* insert RetractedBeside(set-tier, 1, [["if the person needs another tier, set it with set-tier"]])
* insert Retracted(dismiss-concern, [["A concern was dismissed that may hold."]])
* insert RetractedBeside(dismiss-concern, 1, [["a concern that was dismissed by it counts again, as it did before: look whether anything was stopped because of the dismissal"]])
* insert Retracted(coordinate, [["An event of something that was arranged did not happen, or was another person's."]])
* insert RetractedBeside(coordinate, 1, [["tell whoever was to do it, if they were told; what happened after it, and rests on it, is taken back by itself, the newest first"]])
* insert Retracted(propose-adjustment, [["A proposal to adjust a plan rests on what was wrong."]])
* insert RetractedBeside(propose-adjustment, 1, [["what spoke for it, and stands, can be proposed again with propose-adjustment"]])
* insert Retracted(evaluate-plan, [["A judgment of a plan was about another plan, or wrong."]])
* insert RetractedBeside(evaluate-plan, 1, [["a judgment before it counts again; if the plan is to be judged anew, do it with evaluate-plan"]])
* insert Retracted(escalate, [["Somebody was asked or told about the wrong Task."]])
* insert RetractedBeside(escalate, 1, [["what was escalated stays open, and somebody must answer it; tell whoever was told that it was in error"]])
* insert Retracted(receive-packet, [["A packet was checked that was another person's, or did not come."]])
* insert RetractedBeside(receive-packet, 1, [["if the sender was asked for more by voice, tell them"]])
* insert Retracted(share-plan, [["A plan was given to somebody who should not have it, or was another person's."]])
* insert RetractedHandedOver(share-plan, 1, [["was handed over, and that cannot be taken back: call the recipient today, say that it is wrong, and ask for it back; tell whoever answers for privacy at your site"]])
* insert Retracted(send-packet, [["A transition document was sent to the wrong place, or was another person's."]])
* insert RetractedHandedOver(send-packet, 1, [["was sent, and that cannot be taken back: call the recipient today, for they may act on it; tell whoever answers for privacy at your site"]])
* insert NotRetracted(enroll, [["end the enrollment with disenroll, and say in the reason that it was in error; then enroll the right person"]])
* insert NotRetracted(pause, [["resume the program with resume"]])
* insert NotRetracted(resume, [["pause the program again with pause"]])
* insert NotRetracted(disenroll, [["enroll the person again with enroll; what was cancelled is not reopened: look at each of it"]])
* insert NotRetracted(hand-over, [["hand the person over again, to the right care manager, with hand-over"]])
* insert NotRetracted(cover, [["nothing changed hands: have the right person cover from another first day with cover, or correct the care team by hand; it is over after its last day"]])
* insert NotRetracted(assign-assessment, [["close its Task with resolve, with the reason"]])
* insert NotRetracted(confirm-concern, [["a diagnosis is a provider's word: ask the provider, and have them correct the problem list by hand"]])
* insert NotRetracted(conclude-assessment, [["set the tier with set-tier, and conclude the domains again with conclude-assessment; the newest counts"]])
* insert NotRetracted(propose-plan, [["nothing is in force by a draft: give it up with close-plan (becomes: revoked)"]])
* insert NotRetracted(record-agreement, [["record what the person really said with record-agreement, at the moment they said it"]])
* insert NotRetracted(request-sign-off, [["the provider returns it with return-plan"]])
* insert NotRetracted(sign-off, [["a signature is not taken back: revise the plan with revise-plan, or close it with close-plan"]])
* insert NotRetracted(return-plan, [["ask for the signature again with request-sign-off"]])
* insert NotRetracted(revise-plan, [["revise the plan again with revise-plan, and say in the reason what was in error"]])
* insert NotRetracted(close-plan, [["propose a plan again with propose-plan; what was closed is not reopened"]])
* insert NotRetracted(edit, [["edit the record again with edit, to what it was"]])
* insert NotRetracted(open-transition, [["close the transition with close-transition, with the reason; what it opened is listed there"]])
* insert NotRetracted(record-teach-back, [["record the teach-back again with record-teach-back; what was not understood is taught again"]])
* insert NotRetracted(reconcile-medications, [["reconcile again with reconcile-medications: the newest list counts; tell the prescriber today if a medicine was changed by it"]])
* insert NotRetracted(book-follow-up, [["book the right visit with book-follow-up, which cancels the one before; call whoever was to see the person"]])
* insert NotRetracted(suspend-transition, [["no step goes on with a suspended transition: close it with close-transition, with the reason, and leave what is still needed open, with an owner"]])
* insert NotRetracted(close-transition, [["open the Tasks that are still needed by hand: what its statement told billing is not taken back by a step"]])
* insert NotRetracted(acknowledge, [["call whoever is to act, and pass it on with escalate: that it was acknowledged stays on record"]])
* insert NotRetracted(resolve, [["what it closed is not reopened: record again what is wrong (record-check-in, record-assessment, record-call), which asks for action anew"]])
* insert NotRetracted(evaluate-goals, [["evaluate again with evaluate-goals: the newest judgment counts"]])
* insert NotRetracted(find-work, [["close the Task it wrote with resolve, with the reason"]])
* insert NotRetracted(open-case, [["close the case with close-case, and say in the reason that it was opened in error"]])
* insert NotRetracted(request-authorization, [["tell the payer, and record what they answer with request-authorization: what a payer was told is not taken back by a step"]])
* insert NotRetracted(review-utilization, [["review the stay again with review-utilization; if the payer was told, tell them"]])
* insert NotRetracted(close-case, [["open a case around the same event again with open-case; what was handed to the care manager stays with them"]])
* insert NotRetracted(retract, [["record again what was taken back, if it was right: the refusal of that step says how"]])

ValueSet: RetractionRuleCodes
Id: retraction-rule
Title: "What can be taken back: all codes"
Description: "Every code of what can be taken back."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/retraction-rule"
* include codes from system RetractionRule
