// Code systems of carefhir, each with a value set of all its codes.

CodeSystem: CareProgram
Id: care-program
Title: "Care programs"
Description: "Programs a person can be enrolled in. No standard system names them."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-program"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-program"
* #care-management "care management" "Long-term care of a person with several needs by one care manager and a supervising provider."
* #case-management "case management" "Time-limited work around one event, with an end in sight."

ValueSet: CareProgramCodes
Id: care-program
Title: "Care programs: all codes"
Description: "Every code of care programs."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-program"
* include codes from system CareProgram

CodeSystem: CareTask
Id: care-task
Title: "Kinds of care task"
Description: "What a Task asks someone to do."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-task"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-task"
* ^property[0].code = #closedBy
* ^property[0].type = #code
* ^property[0].description = "What a person must be allowed to do to settle it (a code of CodeSystem supervised-action); close-work if empty"
* ^property[1].code = #settledBy
* ^property[1].type = #string
* ^property[1].description = "The step that settles it; resolve if empty"
* ^property[2].code = #whilePaused
* ^property[2].type = #code
* ^property[2].description = "goes-on: the Task is not put on hold when its program is paused, because it protects the person or belongs to a discharge (our default); put on hold if empty"
* ^property[3].code = #byCall
* ^property[3].type = #boolean
* ^property[3].description = "Whether it is done by talking with the person, so that one call covers it together with others (our default)"
* ^property[4].code = #reaches
* ^property[4].type = #boolean
* ^property[4].description = "It is done by speaking with the person: it closes only with a contact that reached them (our default)"
* ^property[5].code = #whenLeaving
* ^property[5].type = #code
* ^property[5].description = "When the person leaves the program: ends, although it is not paused with it, because it asks for nothing but the program. Otherwise what goes on in a pause stays open, with its owner (our default)"
* ^property[6].code = #despiteOptOut
* ^property[6].type = #boolean
* ^property[6].description = "It protects the person: they are called although they do not want calls (our default)"
* ^property[7].code = #metBy
* ^property[7].type = #string
* ^property[7].description = "The steps that do what it asks for, with spaces between them, and close it when they do (our default); where no step settles it, resolve closes it in words, too"
* ^property[8].code = #whenDead
* ^property[8].type = #code
* ^property[8].description = "stays: the Task is not ended when the person has died, because it is about what is left to do then (our default)"
* #first-assessment "first assessment" "Get to know the whole person after enrollment."
* #assessment "assessment" "Complete one instrument or one domain of the assessment."
* #transition "transition" "Parent of everything that follows one discharge."
* #contact-patient "contact the patient" "Reach the person, or a caregiver who may speak for them, after discharge, about more than scheduling."
* #reconcile-medications "reconcile medications" "Compare what was taken before, in the hospital, at discharge and now; settle each difference."
* #book-follow-up "book follow-up" "Book and confirm the visit after discharge."
* #teach-back "teach-back" "Teach, and hear it back in the person's own words, topic by topic."
* #check-equipment "check equipment" "Make sure ordered equipment and home services have arrived and are in use."
* #pending-results "pending results" "Follow results that were not back at discharge."
* #receive-packet "receive packet" "Obtain and check the discharge information."
* #send-packet "send packet" "Send the transition document to the next place of care."
* #safety-review "safety review" "A licensed clinician judges a safety finding before the contact ends, or on the same day."
* #sign-off "sign-off" "A provider reads and signs, or returns."
* #check-in "check-in" "A planned contact between visits."
* #resolve-discrepancy "resolve discrepancy" "Settle one difference between medication lists."
* #tell-patient "tell the patient" "Tell the person what a prescriber decided about a medicine, and hear it back."
* #coordinate "coordinate" "See a referral, an order or a community service through to the end."
* #review-plan "review plan" "Look at the care plan again."
* #bereavement "bereavement" "One call to the family after a death."
* #escalation "escalation" "Reach the supervising or on-call provider by voice, today, and have it acknowledged."
* #nurse-call "nurse call" "A nurse calls the person the same day."
* #settle-contradiction "settle conflicting advice" "Decide which of two conflicting pieces of advice holds."
* #weigh-advice "weigh advice" "The care manager and the person work out what to do about two conflicting pieces of advice."
* #place-order "place order" "The prescriber places, changes or declines an order of the plan."
* #confirm-diagnosis "confirm diagnosis" "A provider confirms or dismisses what a screen found."
* #confirm-need "confirm need" "A nurse, social worker or provider confirms or dismisses a proposed social need."
* #inform-provider "inform the provider" "Tell the supervising provider; it cannot wait for the next visit."
* #revise-plan "revise plan" "The provider returned the plan: change it and ask again."
* #education "education" "Teach one thing the plan asks for."
* #plan-item "plan item" "Work that the care plan asks for."
* #sign-revision "sign a change of the plan" "A provider reads a proposed change of a plan in force and signs it, or declines it with a reason."
* #sign-revision ^property[0].code = #closedBy
* #sign-revision ^property[0].valueCode = #activate-plan
* #review-pause "review the pause" "Ask whether the program continues: resume it, or agree on another day."
* #take-over "take over" "The new care manager reads the record, and calls the person to introduce themselves."
* #reach-person "reach the person" "Somebody could not be reached: keep trying, by the protocol."
* #confirm-support "confirm support" "Ask the person who helps them now, and what that helper may know."
* #end-program "end the program" "Decide whether the person leaves the program; nothing is to stay open."
* #consider-enrollment "consider enrollment" "Decide with the person whether a program of care would help them."
* #close-plan "close the plan" "Decide whether the plan has done its work, and close it."
* #late-loop "follow up what is late" "Something that was arranged did not happen in time: find out why, and arrange it anew."
* #arrange-transport "arrange transport" "Arrange how the person gets there."
* #complete-packet "complete the packet" "Ask for what is missing of the discharge information."
* #missed-check-in "missed check-in" "A check-in did not take place: reach the person."
* #follow-discharge "follow a discharge" "A discharge that nobody told us of: open the transition."
* #follow-emergency-visit "follow an emergency visit" "The person was in the emergency department and went home: find out why, and what is needed now."
* #readmission "look at a readmission" "The person is in hospital again: suspend what follows the last discharge."
* #look-at-number "look at a number" "A number on record is beyond a limit, and nobody has asked the person."
* #hear-answers "hear answers now" "A safety item or a check-in was answered, and nobody has looked at it: read it now, and call."
* #screen-follow-up "follow up a screen" "A screen was positive: talk about it with the person, and decide with them what helps."
* #private-contact "talk in private" "A restricted matter: speak with the person alone, by a number or in a place that is safe. No message is left, and nobody else is told why."
* #private-contact ^property[0].code = #closedBy
* #private-contact ^property[0].valueCode = #judge-safety-item
* #private-contact ^property[1].code = #whilePaused
* #private-contact ^property[1].valueCode = #goes-on
* #private-contact ^property[2].code = #despiteOptOut
* #private-contact ^property[2].valueBoolean = true
* #score-answers "look at answers" "Answers to a form are on record, and nobody has scored them."
* #overdue-work "look at overdue work" "Work is overdue: do it, give it to somebody else, or say why not."
* #authorization "authorization" "Follow a request to the payer until it is answered: approved, denied, more asked for, or appealed."
* #appeal "appeal" "Decide with the prescriber whether to appeal a denial, and do it in time."
* #utilization-review "review utilization" "Hold a stay against the days and the level of care that were authorized."
* #close-case "close the case" "Hand over to care management what remains of a case, and close it."
* #mood-contact "mood contact" "Contact a person whose depression score is high, or has risen: mood, safety, sleep, medicine for mood."
* #mood-contact ^property[0].code = #closedBy
* #mood-contact ^property[0].valueCode = #judge-safety-item
* #mood-contact ^property[1].code = #whilePaused
* #mood-contact ^property[1].valueCode = #goes-on
* #check-on-person "check on the person" "A death was recorded of the wrong person: reach them today, and look at what had stopped."
* #whose-answers "find out whose answers these are" "Answers were taken back from the wrong chart: find the person they belong to, and record them there."
* #do-elsewhere "do it in the other system" "Something that was decided changes a record of another system, which carefhir does not write: do it there."
* #deliver "not yet in the other system" "Something that was decided changes a record of another system, or a note is to stand there: carefhir puts it there, and asks again until it is taken or refused."
* #finish-retraction "finish a retraction" "Decide by hand about what a retraction could not take back by itself."
* #check-on-person ^property[0].code = #whilePaused
* #check-on-person ^property[0].valueCode = #goes-on
* #whose-answers ^property[0].code = #closedBy
* #whose-answers ^property[0].valueCode = #retract-danger
* #whose-answers ^property[1].code = #whilePaused
* #whose-answers ^property[1].valueCode = #goes-on
* #do-elsewhere ^property[0].code = #whilePaused
* #do-elsewhere ^property[0].valueCode = #goes-on
* #bereavement ^property[1].code = #whenDead
* #bereavement ^property[1].valueCode = #stays
* #do-elsewhere ^property[1].code = #whenDead
* #do-elsewhere ^property[1].valueCode = #stays
* #deliver ^property[0].code = #whilePaused
* #deliver ^property[0].valueCode = #goes-on
* #deliver ^property[1].code = #whenDead
* #deliver ^property[1].valueCode = #stays
* #finish-retraction ^property[0].code = #whilePaused
* #finish-retraction ^property[0].valueCode = #goes-on
* #transition ^property[1].code = #whilePaused
* #transition ^property[1].valueCode = #goes-on
* #tell-patient ^property[0].code = #whilePaused
* #tell-patient ^property[0].valueCode = #goes-on
* #contact-patient ^property[1].code = #whilePaused
* #contact-patient ^property[1].valueCode = #goes-on
* #reconcile-medications ^property[1].code = #whilePaused
* #reconcile-medications ^property[1].valueCode = #goes-on
* #book-follow-up ^property[1].code = #whilePaused
* #book-follow-up ^property[1].valueCode = #goes-on
* #teach-back ^property[1].code = #whilePaused
* #teach-back ^property[1].valueCode = #goes-on
* #check-equipment ^property[0].code = #whilePaused
* #check-equipment ^property[0].valueCode = #goes-on
* #pending-results ^property[0].code = #whilePaused
* #pending-results ^property[0].valueCode = #goes-on
* #receive-packet ^property[0].code = #whilePaused
* #receive-packet ^property[0].valueCode = #goes-on
* #receive-packet ^property[1].code = #settledBy
* #receive-packet ^property[1].valueString = "receive-packet"
* #send-packet ^property[0].code = #whilePaused
* #send-packet ^property[0].valueCode = #goes-on
* #track-facility-stay ^property[0].code = #whilePaused
* #track-facility-stay ^property[0].valueCode = #goes-on
* #safety-review ^property[1].code = #whilePaused
* #safety-review ^property[1].valueCode = #goes-on
* #escalation ^property[1].code = #whilePaused
* #escalation ^property[1].valueCode = #goes-on
* #nurse-call ^property[1].code = #whilePaused
* #nurse-call ^property[1].valueCode = #goes-on
* #inform-provider ^property[0].code = #whilePaused
* #inform-provider ^property[0].valueCode = #goes-on
* #resolve-discrepancy ^property[1].code = #whilePaused
* #resolve-discrepancy ^property[1].valueCode = #goes-on
* #settle-contradiction ^property[1].code = #whilePaused
* #settle-contradiction ^property[1].valueCode = #goes-on
* #bereavement ^property[0].code = #whilePaused
* #bereavement ^property[0].valueCode = #goes-on
* #review-pause ^property[1].code = #whilePaused
* #review-pause ^property[1].valueCode = #goes-on
* #review-pause ^property[0].code = #settledBy
* #review-pause ^property[0].valueString = "resume"
* #safety-review ^property[0].code = #closedBy
* #safety-review ^property[0].valueCode = #judge-safety-item
* #escalation ^property[0].code = #closedBy
* #escalation ^property[0].valueCode = #close-red
* #settle-contradiction ^property[0].code = #closedBy
* #settle-contradiction ^property[0].valueCode = #clinical-target
* #weigh-advice ^property[0].code = #closedBy
* #weigh-advice ^property[0].valueCode = #own-goals
* #place-order ^property[0].code = #closedBy
* #place-order ^property[0].valueCode = #order
* #resolve-discrepancy ^property[0].code = #closedBy
* #resolve-discrepancy ^property[0].valueCode = #change-medicine
* #confirm-diagnosis ^property[0].code = #closedBy
* #confirm-diagnosis ^property[0].valueCode = #confirm-diagnosis
* #confirm-need ^property[0].code = #closedBy
* #confirm-need ^property[0].valueCode = #confirm-need
* #nurse-call ^property[0].code = #closedBy
* #nurse-call ^property[0].valueCode = #triage
* #nurse-call ^property[2].code = #reaches
* #nurse-call ^property[2].valueBoolean = true
* #mood-contact ^property[2].code = #reaches
* #mood-contact ^property[2].valueBoolean = true
* #track-facility-stay "track facility stay" "Watch a stay in a facility for its discharge; no transition clock runs meanwhile."
* #transition ^property[0].code = #settledBy
* #transition ^property[0].valueString = "close-transition"
* #contact-patient ^property[0].code = #settledBy
* #contact-patient ^property[0].valueString = "record-contact"
* #reconcile-medications ^property[0].code = #settledBy
* #reconcile-medications ^property[0].valueString = "reconcile-medications"
* #book-follow-up ^property[0].code = #settledBy
* #book-follow-up ^property[0].valueString = "book-follow-up"
* #teach-back ^property[0].code = #settledBy
* #teach-back ^property[0].valueString = "record-teach-back"
* #sign-off ^property[0].code = #settledBy
* #sign-off ^property[0].valueString = "sign-off"
* #check-in ^property[0].code = #settledBy
* #check-in ^property[0].valueString = "record-check-in"
* #assessment ^property[0].code = #settledBy
* #assessment ^property[0].valueString = "record-assessment"
* #first-assessment ^property[0].code = #settledBy
* #first-assessment ^property[0].valueString = "conclude-assessment"
* #confirm-diagnosis ^property[1].code = #settledBy
* #confirm-diagnosis ^property[1].valueString = "confirm-concern"
* #first-assessment ^property[1].code = #byCall
* #first-assessment ^property[1].valueBoolean = true
* #assessment ^property[1].code = #byCall
* #assessment ^property[1].valueBoolean = true
* #contact-patient ^property[2].code = #byCall
* #contact-patient ^property[2].valueBoolean = true
* #reconcile-medications ^property[2].code = #byCall
* #reconcile-medications ^property[2].valueBoolean = true
* #teach-back ^property[2].code = #byCall
* #teach-back ^property[2].valueBoolean = true
* #check-equipment ^property[1].code = #byCall
* #check-equipment ^property[1].valueBoolean = true
* #check-in ^property[1].code = #byCall
* #check-in ^property[1].valueBoolean = true
* #tell-patient ^property[1].code = #byCall
* #tell-patient ^property[1].valueBoolean = true
* #safety-review ^property[2].code = #byCall
* #safety-review ^property[2].valueBoolean = true
* #safety-review ^property[3].code = #despiteOptOut
* #safety-review ^property[3].valueBoolean = true
* #nurse-call ^property[3].code = #byCall
* #nurse-call ^property[3].valueBoolean = true
* #nurse-call ^property[4].code = #despiteOptOut
* #nurse-call ^property[4].valueBoolean = true
* #mood-contact ^property[3].code = #byCall
* #mood-contact ^property[3].valueBoolean = true
* #mood-contact ^property[4].code = #despiteOptOut
* #mood-contact ^property[4].valueBoolean = true
* #check-on-person ^property[1].code = #byCall
* #check-on-person ^property[1].valueBoolean = true
* #check-on-person ^property[2].code = #despiteOptOut
* #check-on-person ^property[2].valueBoolean = true
* #weigh-advice ^property[1].code = #byCall
* #weigh-advice ^property[1].valueBoolean = true
* #confirm-need ^property[1].code = #byCall
* #confirm-need ^property[1].valueBoolean = true
* #education ^property[0].code = #byCall
* #education ^property[0].valueBoolean = true
* #review-pause ^property[2].code = #byCall
* #review-pause ^property[2].valueBoolean = true
* #take-over ^property[0].code = #byCall
* #take-over ^property[0].valueBoolean = true
* #take-over ^property[1].code = #reaches
* #take-over ^property[1].valueBoolean = true
* #reach-person ^property[0].code = #whilePaused
* #reach-person ^property[0].valueCode = #goes-on
* #reach-person ^property[1].code = #byCall
* #reach-person ^property[1].valueBoolean = true
* #reach-person ^property[2].code = #whenLeaving
* #reach-person ^property[2].valueCode = #ends
* #reach-person ^property[3].code = #settledBy
* #reach-person ^property[3].valueString = "record-call"
* #reach-person ^property[4].code = #metBy
* #reach-person ^property[4].valueString = "record-call record-contact record-check-in"
* #confirm-support ^property[0].code = #byCall
* #confirm-support ^property[0].valueBoolean = true
* #confirm-support ^property[1].code = #settledBy
* #confirm-support ^property[1].valueString = "record-support"
* #end-program ^property[0].code = #closedBy
* #end-program ^property[0].valueCode = #end-program
* #end-program ^property[1].code = #settledBy
* #end-program ^property[1].valueString = "disenroll"
* #end-program ^property[2].code = #whilePaused
* #end-program ^property[2].valueCode = #goes-on
* #close-plan ^property[0].code = #closedBy
* #close-plan ^property[0].valueCode = #close-plan
* #close-plan ^property[1].code = #settledBy
* #close-plan ^property[1].valueString = "close-plan"
* #late-loop ^property[0].code = #settledBy
* #late-loop ^property[0].valueString = "coordinate"
* #late-loop ^property[1].code = #whilePaused
* #late-loop ^property[1].valueCode = #goes-on
* #arrange-transport ^property[0].code = #whilePaused
* #arrange-transport ^property[0].valueCode = #goes-on
* #complete-packet ^property[0].code = #settledBy
* #complete-packet ^property[0].valueString = "receive-packet"
* #complete-packet ^property[1].code = #whilePaused
* #complete-packet ^property[1].valueCode = #goes-on
* #consider-enrollment ^property[0].code = #byCall
* #consider-enrollment ^property[0].valueBoolean = true
* #missed-check-in ^property[0].code = #byCall
* #missed-check-in ^property[0].valueBoolean = true
* #missed-check-in ^property[1].code = #metBy
* #missed-check-in ^property[1].valueString = "record-check-in"
* #follow-discharge ^property[0].code = #whilePaused
* #follow-discharge ^property[0].valueCode = #goes-on
* #follow-discharge ^property[1].code = #metBy
* #follow-discharge ^property[1].valueString = "open-transition"
* #follow-emergency-visit ^property[0].code = #whilePaused
* #follow-emergency-visit ^property[0].valueCode = #goes-on
* #follow-emergency-visit ^property[1].code = #byCall
* #follow-emergency-visit ^property[1].valueBoolean = true
* #follow-emergency-visit ^property[2].code = #metBy
* #follow-emergency-visit ^property[2].valueString = "record-call record-contact"
* #readmission ^property[0].code = #whilePaused
* #readmission ^property[0].valueCode = #goes-on
* #readmission ^property[1].code = #metBy
* #readmission ^property[1].valueString = "suspend-transition"
* #look-at-number ^property[0].code = #whilePaused
* #look-at-number ^property[0].valueCode = #goes-on
* #look-at-number ^property[1].code = #byCall
* #look-at-number ^property[1].valueBoolean = true
* #hear-answers ^property[0].code = #closedBy
* #hear-answers ^property[0].valueCode = #judge-safety-item
* #hear-answers ^property[1].code = #whilePaused
* #hear-answers ^property[1].valueCode = #goes-on
* #score-answers ^property[0].code = #whilePaused
* #score-answers ^property[0].valueCode = #goes-on
* #overdue-work ^property[0].code = #whilePaused
* #overdue-work ^property[0].valueCode = #goes-on
* #authorization ^property[0].code = #closedBy
* #authorization ^property[0].valueCode = #authorization
* #authorization ^property[1].code = #settledBy
* #authorization ^property[1].valueString = "request-authorization"
* #authorization ^property[2].code = #whilePaused
* #authorization ^property[2].valueCode = #goes-on
* #appeal ^property[0].code = #closedBy
* #appeal ^property[0].valueCode = #authorization
* #appeal ^property[1].code = #settledBy
* #appeal ^property[1].valueString = "request-authorization"
* #appeal ^property[2].code = #whilePaused
* #appeal ^property[2].valueCode = #goes-on
* #utilization-review ^property[0].code = #closedBy
* #utilization-review ^property[0].valueCode = #authorization
* #utilization-review ^property[1].code = #settledBy
* #utilization-review ^property[1].valueString = "review-utilization"
* #utilization-review ^property[2].code = #whilePaused
* #utilization-review ^property[2].valueCode = #goes-on
* #close-case ^property[0].code = #closedBy
* #close-case ^property[0].valueCode = #case-management
* #close-case ^property[1].code = #settledBy
* #close-case ^property[1].valueString = "close-case"
* #review-pause ^property[3].code = #whenLeaving
* #review-pause ^property[3].valueCode = #ends
* #end-program ^property[3].code = #whenLeaving
* #end-program ^property[3].valueCode = #ends
* #overdue-work ^property[1].code = #whenLeaving
* #overdue-work ^property[1].valueCode = #ends

ValueSet: CareTaskCodes
Id: care-task
Title: "Kinds of care task: all codes"
Description: "Every code of kinds of care task."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-task"
* include codes from system CareTask

CodeSystem: CareTaskState
Id: care-task-state
Title: "Care task states"
Description: "State of a Task in the program's own terms (Task.businessStatus)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-task-state"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-task-state"
* #waiting "waiting" "Nothing tried yet."
* #attempting "attempting" "Tried at least once, not reached."
* #evidence-met "evidence met" "The evidence the program asks for is on record; the work itself is still open."
* #unable-to-reach "unable to reach" "All attempts of the protocol were made, and the person was not reached."
* #declined "declined" "The person does not want this."
* #suspended "suspended" "On hold because the person is back in the hospital."
* #paused "paused" "On hold because the program is paused."
* #recorded-retrospectively "recorded retrospectively" "Recorded after the time window had passed; only the outcome is recorded."
* #tracking-only "tracking only" "Watched, without a program clock."
* #kept-incomplete "kept incomplete" "The answers are saved; something required is missing."
* #done "done" "Finished as planned."
* #acknowledged "acknowledged" "A provider has heard it and takes responsibility."
* #proposed-for-closing "proposed for closing" "The care manager considers it settled; a provider closes it."
* #returned "returned" "The provider did not sign, and says why."
* #teach-again "teach again" "The person cannot yet say it back in their own words."
* #died "died" "The person has died; nothing more needs to be done."
* #ended-early "ended early" "Ended early; the reason is recorded with it."
* #approved "approved" "The payer authorized what was asked for."
* #partly-approved "partly approved" "The payer authorized less than was asked for."
* #denied "denied" "The payer authorized nothing."
* #more-asked-for "more asked for" "The payer has not decided: it asks for more."
* #appealed "appealed" "A denial was appealed; the payer decides once more."
* #no-answer "no answer in time" "The payer has not answered by its deadline. Nothing is approved."

ValueSet: CareTaskStateCodes
Id: care-task-state
Title: "Care task states: all codes"
Description: "Every code of care task states."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-task-state"
* include codes from system CareTaskState

CodeSystem: CheckInTriage
Id: check-in-triage
Title: "Check-in triage"
Description: "Result of a check-in. Green needs evidence; without it the result is cannot-say."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/check-in-triage"
* insert Sourced(^, D, [["Four results of a check-in: our default; published heart-failure zone sheets have three colors."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/check-in-triage"
* ^property[0].code = #hospiceOrder
* ^property[0].type = #string
* ^property[0].description = "What to do at once where a hospice cares for the person, after calling the hospice (clinical practice, rule 24; D)"
* #green "green" "Nothing found, on enough information."
* #yellow "yellow" "Nurse contact the same day; provider told if not settled in one business day."
* #red-urgent "red, urgent" "Supervising or on-call provider reached the same day by voice, acknowledged."
* #red-urgent ^property[0].code = #hospiceOrder
* #red-urgent ^property[0].valueString = "Do it today, by voice. Then tell the supervising or on-call provider, and have it acknowledged."
* #emergency "emergency" "Call 911, or 988 for self-harm, now; staff stay on the line."
* #emergency ^property[0].code = #hospiceOrder
* #emergency ^property[0].valueString = "Do it now, and stay on the line with whoever answers. Call 911 only if the person or the family wants it, or if hospice does not answer. Then tell the provider at once."
* #cannot-say "cannot say" "Too little information for any color."

ValueSet: CheckInTriageCodes
Id: check-in-triage
Title: "Check-in triage: all codes"
Description: "Every code of check-in triage."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/check-in-triage"
* include codes from system CheckInTriage

CodeSystem: Discipline
Id: discipline
Title: "Disciplines"
Description: "Profession of a care team member. Together with the role, it decides what they may do."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discipline"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discipline"
* #registered-nurse "registered nurse" "Licensed registered nurse."
* ^property[0].code = #kindOf
* ^property[0].type = #code
* ^property[0].description = "The wider discipline; somebody on record with both has the narrower one"
* #social-worker "social worker" "Social worker; judging safety items needs a license."
* #licensed-social-worker "licensed social worker" "Social worker with a clinical license, as the records say (NUCC 1041C0700X, clinical social worker: K)."
* #licensed-social-worker ^property[0].code = #kindOf
* #licensed-social-worker ^property[0].valueCode = #social-worker
* #community-health-worker "community health worker" "Community health worker or assistant, under protocol."
* #pharmacist "pharmacist" "Clinical pharmacist."
* #physician "physician" "Physician."
* #nurse-practitioner "nurse practitioner" "Nurse practitioner or other advanced practice provider."

ValueSet: DisciplineCodes
Id: discipline
Title: "Disciplines: all codes"
Description: "Every code of disciplines."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/discipline"
* include codes from system Discipline

CodeSystem: CareTeamRole
Id: care-team-role
Title: "Care team roles"
Description: "Role of a participant in the care team."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-team-role"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-team-role"
* #care-manager "care manager" "The single point of contact."
* #supervising-provider "supervising provider" "Physician or nurse practitioner who supervises the care manager."
* #on-call "on call" "Takes urgent findings after hours."
* #covering-care-manager "covering care manager" "Stands in for the care manager for a time."
* #case-manager "case manager" "Runs a case around one event."
* #patient "patient" "The person."
* #caregiver "caregiver" "Family member or friend who helps."

ValueSet: CareTeamRoleCodes
Id: care-team-role
Title: "Care team roles: all codes"
Description: "Every code of care team roles."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-team-role"
* include codes from system CareTeamRole

CodeSystem: ConsentForm
Id: consent-form
Title: "Forms of consent"
Description: "How consent was given."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/consent-form"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/consent-form"
* #verbal "verbal" "Spoken; what the person was told is recorded beside it."
* #written "written" "Signed on paper or electronically."

ValueSet: ConsentFormCodes
Id: consent-form
Title: "Forms of consent: all codes"
Description: "Every code of forms of consent."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/consent-form"
* include codes from system ConsentForm

CodeSystem: AssessmentMethod
Id: assessment-method
Title: "Assessment methods"
Description: "Methods of a RiskAssessment for which no standard code was found."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/assessment-method"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/assessment-method"
* #lace "LACE" "LACE index of death or unplanned readmission within 30 days of discharge (van Walraven 2010)."
* #hospital "HOSPITAL" "HOSPITAL score of potentially avoidable readmission within 30 days of discharge (Donzé 2013), in the form that the assessment names."
* #care-tier "care tier" "Tier of care by the rules of PlanDefinition care-tier, or set by a person."

ValueSet: AssessmentMethodCodes
Id: assessment-method
Title: "Assessment methods: all codes"
Description: "Every code of assessment methods."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/assessment-method"
* include codes from system AssessmentMethod

CodeSystem: AdmissionUrgency
Id: admission-urgency
Title: "Admission urgency"
Description: "Whether a stay began as an emergency: the A in LACE."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/admission-urgency"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/admission-urgency"
* #emergent "emergent" "Unplanned: emergency or urgent."
* #planned "planned" "Elective or routine."

ValueSet: AdmissionUrgencyCodes
Id: admission-urgency
Title: "Admission urgency: all codes"
Description: "Every code of admission urgency."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/admission-urgency"
* include codes from system AdmissionUrgency

CodeSystem: Points
Id: points
Title: "Points"
Description: "Points that a rule table gives."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/points"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/points"
* #0 "0 points" "0 points."
* #1 "1 point" "1 point."
* #2 "2 points" "2 points."
* #3 "3 points" "3 points."
* #4 "4 points" "4 points."
* #5 "5 points" "5 points."
* #6 "6 points" "6 points."
* #7 "7 points" "7 points."

ValueSet: PointsCodes
Id: points
Title: "Points: all codes"
Description: "Every code of points."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/points"
* include codes from system Points

CodeSystem: SourceMark
Id: source-mark
Title: "How sure a number is"
Description: "Marks of the extension 'source'."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/source-mark"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/source-mark"
* #V "seen" "Read in the named source."
* #S "seen once" "Seen on one page or thread only."
* #D "default" "Our default; a site may set another."
* #K "unconfirmed" "General knowledge; a source is still to be found."

ValueSet: SourceMarkCodes
Id: source-mark
Title: "How sure a number is: all codes"
Description: "Every code of how sure a number is."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/source-mark"
* include codes from system SourceMark

CodeSystem: ScoreBand
Id: score-band
Title: "Score bands"
Description: "Bands of scores. Rules use the display as the label; the limits are in the ObservationDefinitions."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/score-band"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/score-band"
* #minimal "minimal" "No or minimal symptoms."
* #mild "mild" "Mild symptoms."
* #moderate "moderate" "Moderate symptoms or risk."
* #moderately-severe "moderately severe" "Between moderate and severe."
* #severe "severe" "Severe symptoms."
* #at-risk "at risk" "The screen is positive."
* #no-risk "no risk" "The screen is negative."
* #low "low" "Low risk."
* #high "high" "High risk."
* #negative "negative" "Below the limit of the screen. It rules nothing out."
* #independent "independent" "Does everything asked about without help."
* #slight "slight dependency" "Needs a little help."
* #total "total dependency" "Needs help with everything."
* #severe-impairment "severe impairment" "Needs help with most of what was asked about."
* #moderate-impairment "moderate impairment" "Needs help with some of what was asked about."
* #full-function "full function" "Needs no help with what was asked about."
* #not-labeled "no published label" "The points have no published name: the number only."
* #positive "positive" "At or above the limit of the screen. No diagnosis."

ValueSet: ScoreBandCodes
Id: score-band
Title: "Score bands: all codes"
Description: "Every code of score bands."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/score-band"
* include codes from system ScoreBand

RuleSet: NeedFound(code, display, definition, label, priority, icd10, domain)
* #{code} {display} {definition}
* #{code} ^property[0].code = #kind
* #{code} ^property[0].valueCode = #social-need
* #{code} ^property[1].code = #label
* #{code} ^property[1].valueString = {label}
* #{code} ^property[2].code = #priority
* #{code} ^property[2].valueCode = #{priority}
* #{code} ^property[3].code = #icd10
* #{code} ^property[3].valueString = "{icd10}"
* #{code} ^property[4].code = #domain
* #{code} ^property[4].valueCode = #{domain}

RuleSet: Screened(code, display, definition, label, priority)
* #{code} {display} {definition}
* #{code} ^property[0].code = #kind
* #{code} ^property[0].valueCode = #screen-positive
* #{code} ^property[1].code = #label
* #{code} ^property[1].valueString = {label}
* #{code} ^property[2].code = #priority
* #{code} ^property[2].valueCode = #{priority}

CodeSystem: Finding
Id: finding
Title: "Findings"
Description: "What an answer or a score means for care. A screen is not a diagnosis: only a social need carries a diagnosis code, and stays unconfirmed until a person confirms it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/finding"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/finding"
* ^property[0].code = #kind
* ^property[0].type = #code
* ^property[0].description = "safety, screen-positive or social-need"
* ^property[1].code = #label
* ^property[1].type = #string
* ^property[1].description = "Plain words for people"
* ^property[2].code = #icd10
* ^property[2].type = #string
* ^property[2].description = "ICD-10-CM leaf code of a social need"
* ^property[3].code = #snomed
* ^property[3].type = #string
* ^property[3].description = "SNOMED CT code of a social need"
* ^property[4].code = #domain
* ^property[4].type = #code
* ^property[4].description = "SDOH domain, as in the Gravity project"
* ^property[5].code = #priority
* ^property[5].type = #code
* ^property[5].description = "Task priority: routine, urgent, asap, stat"
* ^property[6].code = #screener
* ^property[6].type = #code
* ^property[6].description = "The screener whose answers close a safety review of this finding"
* ^property[7].code = #pressing
* ^property[7].type = #boolean
* ^property[7].description = "What follows from it is written at once, also where a response is not complete"
* #self-harm-item-positive "thoughts of death or self-harm" "The self-harm item was answered above its limit, whatever the total."
* #self-harm-item-positive ^property[0].code = #kind
* #self-harm-item-positive ^property[0].valueCode = #safety
* #self-harm-item-positive ^property[1].code = #label
* #self-harm-item-positive ^property[1].valueString = "self-harm item positive"
* #self-harm-item-positive ^property[2].code = #priority
* #self-harm-item-positive ^property[2].valueCode = #stat
* #self-harm-item-positive ^property[3].code = #screener
* #self-harm-item-positive ^property[3].valueCode = #suicide
* #self-harm-item-unanswered "self-harm item unanswered" "The self-harm item has no answer; that is not a no."
* #self-harm-item-unanswered ^property[0].code = #kind
* #self-harm-item-unanswered ^property[0].valueCode = #safety
* #self-harm-item-unanswered ^property[1].code = #label
* #self-harm-item-unanswered ^property[1].valueString = "self-harm item unanswered"
* #self-harm-item-unanswered ^property[2].code = #priority
* #self-harm-item-unanswered ^property[2].valueCode = #stat
* #self-harm-item-unanswered ^property[3].code = #screener
* #self-harm-item-unanswered ^property[3].valueCode = #suicide
* #depression-screen-positive "depression screen positive" "The depression score lies in a positive band. No diagnosis."
* #depression-screen-positive ^property[0].code = #kind
* #depression-screen-positive ^property[0].valueCode = #screen-positive
* #depression-screen-positive ^property[1].code = #label
* #depression-screen-positive ^property[1].valueString = "depression screen positive"
* #depression-screen-positive ^property[2].code = #priority
* #depression-screen-positive ^property[2].valueCode = #urgent
* #food-insecurity "food insecurity" "Worry about food or food running out in the last 12 months."
* #food-insecurity ^property[0].code = #kind
* #food-insecurity ^property[0].valueCode = #social-need
* #food-insecurity ^property[1].code = #label
* #food-insecurity ^property[1].valueString = "food insecurity"
* #food-insecurity ^property[2].code = #priority
* #food-insecurity ^property[2].valueCode = #routine
* #food-insecurity ^property[3].code = #icd10
* #food-insecurity ^property[3].valueString = "Z59.41"
* #food-insecurity ^property[4].code = #snomed
* #food-insecurity ^property[4].valueString = "733423003"
* #food-insecurity ^property[5].code = #domain
* #food-insecurity ^property[5].valueCode = #food-insecurity
* insert Screened(depression-screen-2-positive, "first depression screen positive", [["The first two questions about depression lie at or above their limit: the PHQ-9 is asked. No diagnosis."]], "first two depression questions positive", routine)
* insert Screened(anxiety-screen-positive, "anxiety screen positive", [["The anxiety score lies at or above its limit. No diagnosis."]], "anxiety screen positive", routine)
* insert Screened(anxiety-screen-2-positive, "first anxiety screen positive", [["The first two questions about anxiety lie at or above their limit: the GAD-7 is asked. No diagnosis."]], "first two anxiety questions positive", routine)
* insert Screened(alcohol-screen-positive, "alcohol screen positive", [["The alcohol score lies at or above its limit. No diagnosis. Restricted."]], "alcohol screen positive", routine)
* insert Screened(violence-screen-positive, "violence screen positive", [["The person is hurt, threatened or put down by somebody near them. No diagnosis. Restricted: a social worker's, by a number that is safe."]], "violence screen positive", urgent)
* #violence-screen-positive ^property[3].code = #pressing
* #violence-screen-positive ^property[3].valueBoolean = true
* insert Screened(falls-screen-positive, "falls screen positive", [["One of the key questions about falls was answered with yes. No diagnosis."]], "falls screen positive", routine)
* insert Screened(low-health-literacy, "needs help with reading", [["The person sometimes, often or always needs help with written material from a doctor or pharmacy. No diagnosis."]], "needs help with reading", routine)
* insert FindingsOfSupplement
* insert NeedFound(homelessness, "no steady place to live", [["No steady place to live, by the person's own word: where they sleep tonight is asked at once."]], "no steady place to live", urgent, Z59.00, homelessness)
* #homelessness ^property[5].code = #snomed
* #homelessness ^property[5].valueString = "32911000"
* #homelessness ^property[6].code = #pressing
* #homelessness ^property[6].valueBoolean = true
* insert NeedFound(housing-instability, "worried about losing the home", [["A place to live today, and worry about losing it."]], "worried about losing the home", routine, Z59.811, housing-instability)
* insert NeedFound(inadequate-housing, "problems with the home", [["Pests, mold, lead, no heat, a stove or smoke detectors that do not work, or leaks."]], "problems with the home", routine, Z59.10, inadequate-housing)
* insert NeedFound(transportation-insecurity, "no reliable transport", [["No reliable transport for appointments, work or daily needs in the last 12 months."]], "no reliable transport", routine, Z59.82, transportation-insecurity)
* #transportation-insecurity ^property[5].code = #snomed
* #transportation-insecurity ^property[5].valueString = "713458007"
* insert NeedFound(utility-insecurity, "utilities at risk", [["A utility company threatened to shut off services in the last 12 months."]], "utilities at risk", routine, Z59.87, utility-insecurity)
* insert NeedFound(utilities-shut-off, "utilities shut off", [["Electricity, gas, oil or water is shut off already."]], "utilities shut off", urgent, Z59.12, utility-insecurity)
* #utilities-shut-off ^property[5].code = #pressing
* #utilities-shut-off ^property[5].valueBoolean = true

ValueSet: FindingCodes
Id: finding
Title: "Findings: all codes"
Description: "Every code of findings."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/finding"
* include codes from system Finding

CodeSystem: CareSetting
Id: care-setting
Title: "Care settings"
Description: "Where a stay took place, and which rules a discharge from there starts. TCM origins after CMS (seen on contractor pages, S); LACE for acute stays only (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/care-setting"
* insert Sourced(^, S, [["CMS transitional care management booklet (MLN908628): discharge settings. LACE for acute stays only, and which stays are joined into one: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/care-setting"
* ^property[0].code = #tcmOrigin
* ^property[0].type = #boolean
* ^property[0].description = "A discharge from here to a community setting starts the transition clock"
* ^property[1].code = #hospitalLevel
* ^property[1].type = #boolean
* ^property[1].description = "Adjoining stays at this level are one stay"
* ^property[2].code = #lace
* ^property[2].type = #boolean
* ^property[2].description = "LACE is computed on discharge to the community"
* ^property[3].code = #restricted
* ^property[3].type = #boolean
* ^property[3].description = "Records that come from such a stay carry a restricted security label (42 CFR Part 2, K)"
* ^property[4].code = #admission
* ^property[4].type = #boolean
* ^property[4].description = "Counts among the hospital admissions of the HOSPITAL score; observation beds do not: our default (D)"
* #acute "acute hospital" "Inpatient stay in an acute-care hospital."
* #acute ^property[0].code = #tcmOrigin
* #acute ^property[0].valueBoolean = true
* #acute ^property[1].code = #hospitalLevel
* #acute ^property[1].valueBoolean = true
* #acute ^property[2].code = #lace
* #acute ^property[2].valueBoolean = true
* #acute ^property[3].code = #admission
* #acute ^property[3].valueBoolean = true
* #observation "hospital observation" "Observation status in a hospital."
* #observation ^property[0].code = #tcmOrigin
* #observation ^property[0].valueBoolean = true
* #observation ^property[1].code = #hospitalLevel
* #observation ^property[1].valueBoolean = true
* #observation ^property[2].code = #lace
* #observation ^property[2].valueBoolean = false
* #psychiatric "inpatient psychiatry" "Inpatient psychiatric hospital or unit."
* #psychiatric ^property[0].code = #tcmOrigin
* #psychiatric ^property[0].valueBoolean = true
* #psychiatric ^property[1].code = #hospitalLevel
* #psychiatric ^property[1].valueBoolean = false
* #psychiatric ^property[2].code = #lace
* #psychiatric ^property[2].valueBoolean = false
* #psychiatric ^property[3].code = #admission
* #psychiatric ^property[3].valueBoolean = true
* #rehabilitation "inpatient rehabilitation" "Inpatient rehabilitation facility or unit."
* #rehabilitation ^property[0].code = #tcmOrigin
* #rehabilitation ^property[0].valueBoolean = true
* #rehabilitation ^property[1].code = #hospitalLevel
* #rehabilitation ^property[1].valueBoolean = false
* #rehabilitation ^property[2].code = #lace
* #rehabilitation ^property[2].valueBoolean = false
* #skilled-nursing "skilled nursing facility" "Skilled nursing facility."
* #skilled-nursing ^property[0].code = #tcmOrigin
* #skilled-nursing ^property[0].valueBoolean = true
* #skilled-nursing ^property[1].code = #hospitalLevel
* #skilled-nursing ^property[1].valueBoolean = false
* #skilled-nursing ^property[2].code = #lace
* #skilled-nursing ^property[2].valueBoolean = false
* #long-term-care-hospital "long-term care hospital" "Long-term acute care hospital."
* #long-term-care-hospital ^property[0].code = #tcmOrigin
* #long-term-care-hospital ^property[0].valueBoolean = true
* #long-term-care-hospital ^property[1].code = #hospitalLevel
* #long-term-care-hospital ^property[1].valueBoolean = false
* #long-term-care-hospital ^property[2].code = #lace
* #long-term-care-hospital ^property[2].valueBoolean = false
* #long-term-care-hospital ^property[3].code = #admission
* #long-term-care-hospital ^property[3].valueBoolean = true
* #partial-hospitalization "partial hospitalization" "Partial hospitalization program."
* #partial-hospitalization ^property[0].code = #tcmOrigin
* #partial-hospitalization ^property[0].valueBoolean = true
* #partial-hospitalization ^property[1].code = #hospitalLevel
* #partial-hospitalization ^property[1].valueBoolean = false
* #partial-hospitalization ^property[2].code = #lace
* #partial-hospitalization ^property[2].valueBoolean = false
* #emergency "emergency department" "Emergency department visit, treated and released."
* #emergency ^property[0].code = #tcmOrigin
* #emergency ^property[0].valueBoolean = false
* #emergency ^property[1].code = #hospitalLevel
* #emergency ^property[1].valueBoolean = false
* #emergency ^property[2].code = #lace
* #emergency ^property[2].valueBoolean = false
* #other "other" "Anything else; no transition starts by itself."
* #other ^property[0].code = #tcmOrigin
* #other ^property[0].valueBoolean = false
* #other ^property[1].code = #hospitalLevel
* #other ^property[1].valueBoolean = false
* #other ^property[2].code = #lace
* #other ^property[2].valueBoolean = false

// Hospital-level withdrawal treatment is a TCM origin, a residential program is not; the record seldom says which (D).
* #substance-use-treatment "substance use treatment" "Inpatient or residential treatment of substance use."
* #substance-use-treatment ^property[0].code = #tcmOrigin
* #substance-use-treatment ^property[0].valueBoolean = true
* #substance-use-treatment ^property[1].code = #hospitalLevel
* #substance-use-treatment ^property[1].valueBoolean = false
* #substance-use-treatment ^property[2].code = #lace
* #substance-use-treatment ^property[2].valueBoolean = false
* #substance-use-treatment ^property[3].code = #restricted
* #substance-use-treatment ^property[3].valueBoolean = true
* #non-acute-facility "non-acute facility" "Inpatient, not acute: skilled nursing, rehabilitation or long-term care; the record does not say which (D)."
* #non-acute-facility ^property[0].code = #tcmOrigin
* #non-acute-facility ^property[0].valueBoolean = true
* #non-acute-facility ^property[1].code = #hospitalLevel
* #non-acute-facility ^property[1].valueBoolean = false
* #non-acute-facility ^property[2].code = #lace
* #non-acute-facility ^property[2].valueBoolean = false

ValueSet: CareSettingCodes
Id: care-setting
Title: "Care settings: all codes"
Description: "Every code of care settings."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/care-setting"
* include codes from system CareSetting

CodeSystem: DischargeDestination
Id: discharge-destination
Title: "Discharge destinations"
Description: "Where a person went at discharge."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discharge-destination"
* insert Sourced(^, S, [["CMS transitional care management booklet (MLN908628): community settings. Against advice, not stated and hospice at home: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discharge-destination"
* ^property[0].code = #community
* ^property[0].type = #boolean
* ^property[0].description = "A community setting: the transition clock runs"
* ^property[1].code = #setting
* ^property[1].type = #code
* ^property[1].description = "Care setting that receives the person, if it is one"
* ^property[2].code = #words
* ^property[2].type = #string
* ^property[2].description = "Words people write for it, separated by semicolons; a whole word in any case, * stands for any ending. Our default (D)."
* ^property[3].code = #unless
* ^property[3].type = #string
* ^property[3].description = "Words that turn it into something else, separated by semicolons"
* ^property[4].code = #unlessBefore
* ^property[4].type = #string
* ^property[4].description = "Words that do so only close before it"
* #home "home" "Own or family home, self care."
* #home ^property[0].code = #community
* #home ^property[0].valueBoolean = true
* #home ^property[1].code = #words
* #home ^property[1].valueString = "home; self care; self-care; discharged routine; routine discharge; private residence; residence; family; relative's house; own apartment; house"
* #home ^property[2].code = #unless
* #home ^property[2].valueString = "nursing; hospice; health; home-health; hh; hha; hhc; hhs; services; home care; home infusion; vna; under care; foster; group; rest; assisted; funeral; agency; visiting; not; facility; residential; long term; snf; rehab*; jail; expired; died; ama; advice; shelter; homeless; nh"
* #home-health "home with home health" "Home, with home health services."
* #home-health ^property[0].code = #community
* #home-health ^property[0].valueBoolean = true
* #home-health ^property[1].code = #words
* #home-health ^property[1].valueString = "home health*; home-health*; hh; hha; hhc; hhs; home w/ hh; home with services; home with visiting nurse*; visiting nurse*; vna; home care; home healthcare; home infusion; home under care"
* #home-health ^property[2].code = #unless
* #home-health ^property[2].valueString = "hospice; not; declin*; refus*"
* #assisted-living "assisted living" "Assisted living, domiciliary, rest home or custodial care."
* #assisted-living ^property[0].code = #community
* #assisted-living ^property[0].valueBoolean = true
* #assisted-living ^property[1].code = #words
* #assisted-living ^property[1].valueString = "assisted living; alf; rest home; domiciliary; group home; board and care; custodial; residential care*; memory care; adult family home; foster care"
* #assisted-living ^property[2].code = #unless
* #assisted-living ^property[2].valueString = "hospice; nursing; not; skilled"
* #skilled-nursing "skilled nursing facility" "Skilled nursing facility or swing bed."
* #skilled-nursing ^property[0].code = #community
* #skilled-nursing ^property[0].valueBoolean = false
* #skilled-nursing ^property[1].code = #setting
* #skilled-nursing ^property[1].valueCode = #skilled-nursing
* #skilled-nursing ^property[2].code = #words
* #skilled-nursing ^property[2].valueString = "skilled nursing*; skilled care; snf; swing bed; swing-bed; subacute*; sub-acute*; skilled rehab*; skilled facility; tcu; transitional care unit"
* #skilled-nursing ^property[3].code = #unless
* #skilled-nursing ^property[3].valueString = "declin*; refus*; not; nurse visit*; home health*; at home; home under; long term care"
* #rehabilitation "inpatient rehabilitation" "Inpatient rehabilitation."
* #rehabilitation ^property[0].code = #community
* #rehabilitation ^property[0].valueBoolean = false
* #rehabilitation ^property[1].code = #setting
* #rehabilitation ^property[1].valueCode = #rehabilitation
* #rehabilitation ^property[2].code = #words
* #rehabilitation ^property[2].valueString = "rehab*; irf; acute rehab*"
* #rehabilitation ^property[3].code = #unless
* #rehabilitation ^property[3].valueString = "declin*; refus*; not; outpatient; drug; alcohol; substance; detox*; skilled; snf; sub-acute; subacute; home; cardiac; pulmonary"
* #psychiatric "inpatient psychiatry" "Psychiatric hospital or unit."
* #psychiatric ^property[0].code = #community
* #psychiatric ^property[0].valueBoolean = false
* #psychiatric ^property[1].code = #setting
* #psychiatric ^property[1].valueCode = #psychiatric
* #psychiatric ^property[2].code = #words
* #psychiatric ^property[2].valueString = "psych*; behavioral health*; mental health*"
* #psychiatric ^property[3].code = #unless
* #psychiatric ^property[3].valueString = "outpatient; not; home; follow-up; declin*; refus*"
* #long-term-care-hospital "long-term care hospital" "Long-term acute care hospital."
* #long-term-care-hospital ^property[0].code = #community
* #long-term-care-hospital ^property[0].valueBoolean = false
* #long-term-care-hospital ^property[1].code = #setting
* #long-term-care-hospital ^property[1].valueCode = #long-term-care-hospital
* #long-term-care-hospital ^property[2].code = #words
* #long-term-care-hospital ^property[2].valueString = "ltach; ltac; ltch; long term acute*; long-term acute*; long term care hospital*; long-term care hospital*"
* #long-term-care-hospital ^property[3].code = #unless
* #long-term-care-hospital ^property[3].valueString = "not; declin*; refus*"
* #hospital "hospital" "Another acute hospital."
* #hospital ^property[0].code = #community
* #hospital ^property[0].valueBoolean = false
* #hospital ^property[1].code = #setting
* #hospital ^property[1].valueCode = #acute
* #hospital ^property[2].code = #words
* #hospital ^property[2].valueString = "hospital; hospitals; hospital-based; cancer center; inpatient to this hospital; acute care facility; acute facility; short term general; transfer to acute"
* #hospital ^property[3].code = #unless
* #hospital ^property[3].valueString = "home; from; psych*; rehab*; long term; long-term; hospice; not; discharged from; follow-up; care hospital; skilled; snf; swing"
* #nursing-facility "nursing facility" "Nursing facility without skilled level of care."
* #nursing-facility ^property[0].code = #community
* #nursing-facility ^property[0].valueBoolean = false
* #nursing-facility ^property[1].code = #setting
* #nursing-facility ^property[1].valueCode = #other
* #nursing-facility ^property[2].code = #words
* #nursing-facility ^property[2].valueString = "nursing home*; nh; nursing facilit*; long term care; long-term care; ltc; ltcf; intermediate care; icf; convalescent*; extended care; ecf"
* #nursing-facility ^property[3].code = #unless
* #nursing-facility ^property[3].valueString = "skilled; hospital; not to; home health; declin*; refus*"
* #hospice-home "hospice at home" "Home, with hospice."
* #hospice-home ^property[0].code = #community
* #hospice-home ^property[0].valueBoolean = true
* #hospice-home ^property[1].code = #words
* #hospice-home ^property[1].valueString = "home hospice; hospice home; hospice at home; home with hospice; home w/ hospice; hospice - home; hospice in the home; home on hospice; home under hospice; home for hospice*; hospice/home; home/hospice"
* #hospice-home ^property[2].code = #unless
* #hospice-home ^property[2].valueString = "declin*; refus*; not; facility; inpatient"
* #hospice-facility "hospice facility" "Hospice in a facility."
* #hospice-facility ^property[0].code = #community
* #hospice-facility ^property[0].valueBoolean = false
* #hospice-facility ^property[1].code = #setting
* #hospice-facility ^property[1].valueCode = #other
* #hospice-facility ^property[2].code = #words
* #hospice-facility ^property[2].valueString = "hospice"
* #hospice-facility ^property[3].code = #unless
* #hospice-facility ^property[3].valueString = "home; declin*; refus*; not; discussed"
* #against-advice "left against advice" "Left against advice: the clock runs and a person checks where they are (D)."
* #against-advice ^property[0].code = #community
* #against-advice ^property[0].valueBoolean = true
* #against-advice ^property[1].code = #words
* #against-advice ^property[1].valueString = "ama; against medical advice; against advice; left against*; eloped; elopement; absconded; awol; left without permission; discontinued care; left without being discharged"
* #against-advice ^property[2].code = #unlessBefore
* #against-advice ^property[2].valueString = "not; no; never; wife; husband; spouse; mother; father; near; risk of"
* #expired "died" "Died during the stay."
* #expired ^property[0].code = #community
* #expired ^property[0].valueBoolean = false
* #expired ^property[1].code = #words
* #expired ^property[1].valueString = "expired; died; deceased; death; dead; passed away; morgue; mortuary; medical examiner; coroner; funeral home; dod; demise"
* #expired ^property[2].code = #unlessBefore
* #expired ^property[2].valueString = "not; no; never; wife; husband; spouse; mother; father; near; risk of"
* #other "other" "Any other destination."
* #other ^property[0].code = #community
* #other ^property[0].valueBoolean = false
* #other ^property[1].code = #setting
* #other ^property[1].valueCode = #other
* #other ^property[2].code = #words
* #other ^property[2].valueString = "jail; prison; court; law enforcement; police; correctional*; detention; federal health*; military*"
* #other ^property[3].code = #unless
* #other ^property[3].valueString = "not"
* #not-understood "not understood" "A destination is recorded that nobody can read, or that contradicts itself: the deadlines run so that none is missed, and a person finds out (D)."
* #not-understood ^property[0].code = #community
* #not-understood ^property[0].valueBoolean = true
* #not-stated "not stated" "No destination recorded: the clock runs and a person checks (D)."
* #not-stated ^property[0].code = #community
* #not-stated ^property[0].valueBoolean = true

ValueSet: DischargeDestinationCodes
Id: discharge-destination
Title: "Discharge destinations: all codes"
Description: "Every code of discharge destinations."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/discharge-destination"
* include codes from system DischargeDestination

CodeSystem: ClockDate
Id: clock-date
Title: "Clock dates"
Description: "Dates that the program clock sets for one discharge."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/clock-date"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/clock-date"
* #discharge "discharge" "Day of discharge, from which the clock counts."
* #contact-by "contact by" "Last day for the first contact."
* #visit-7-day "visit within 7 days" "Last day for a visit billed at the higher complexity."
* #visit-14-day "visit within 14 days" "Last day for a visit that counts at all."
* #period-end "end of the period" "Last day of the transition period."
* #discharge-information-by "discharge information by" "Last day for receiving the discharge information."
* #reconciliation-by "reconciliation by" "Last day for the medication reconciliation to count."
* #engagement-from "engagement from" "First day on which engagement after discharge counts."
* #engagement-by "engagement by" "Last day on which engagement after discharge counts."

ValueSet: ClockDateCodes
Id: clock-date
Title: "Clock dates: all codes"
Description: "Every code of clock dates."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/clock-date"
* include codes from system ClockDate

CodeSystem: DeliveryPart
Id: delivery-part
Title: "What is delivered to another system"
Description: "What a Task of kind deliver holds for the other system, and what came of it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/delivery-part"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/delivery-part"
* #home "home" "The short name of the system it is for."
* #changes "changes" "The elements of a record there that become otherwise: what each was, and what it is to be."
* #note "note" "A document as that system is to get it."
* #place "place" "Where it stands there."

ValueSet: DeliveryPartCodes
Id: delivery-part
Title: "What is delivered to another system: all codes"
Description: "Every code of what is delivered to another system."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/delivery-part"
* include codes from system DeliveryPart

CodeSystem: LaceComorbidity
Id: lace-comorbidity
Title: "LACE comorbidity groups"
Description: "The comorbidity groups of LACE with its own weights (van Walraven 2010, table in PMC2845681: V); standard Charlson weights do not apply. Each group counts once. The cap is a parameter of PlanDefinition/lace. Which groups count when resolved is our default (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/lace-comorbidity"
* insert Sourced(^, V, [["van Walraven C, et al. CMAJ 2010;182:551-557 (PMC2845681): groups and weights. Which groups count when resolved: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/lace-comorbidity"
* ^property[0].code = #weight
* ^property[0].type = #integer
* ^property[0].description = "Points"
* ^property[1].code = #history
* ^property[1].type = #boolean
* ^property[1].description = "Also counts when the condition is resolved"
* ^property[2].code = #supersedes
* ^property[2].type = #string
* ^property[2].description = "Group that is not counted together with this one"
* ^property[3].code = #prior
* ^property[3].type = #boolean
* ^property[3].description = "Counts only if it began before the stay: the reason for the stay is not a previous illness"
* #previous-myocardial-infarction "previous myocardial infarction" "A myocardial infarction before this stay."
* #previous-myocardial-infarction ^property[0].code = #weight
* #previous-myocardial-infarction ^property[0].valueInteger = 1
* #previous-myocardial-infarction ^property[1].code = #history
* #previous-myocardial-infarction ^property[1].valueBoolean = true
* #previous-myocardial-infarction ^property[2].code = #prior
* #previous-myocardial-infarction ^property[2].valueBoolean = true
* #cerebrovascular-disease "cerebrovascular disease" "Stroke, TIA or other cerebrovascular disease."
* #cerebrovascular-disease ^property[0].code = #weight
* #cerebrovascular-disease ^property[0].valueInteger = 1
* #cerebrovascular-disease ^property[1].code = #history
* #cerebrovascular-disease ^property[1].valueBoolean = true
* #peripheral-vascular-disease "peripheral vascular disease" "Peripheral arterial disease or aortic aneurysm."
* #peripheral-vascular-disease ^property[0].code = #weight
* #peripheral-vascular-disease ^property[0].valueInteger = 1
* #peripheral-vascular-disease ^property[1].code = #history
* #peripheral-vascular-disease ^property[1].valueBoolean = true
* #diabetes-uncomplicated "diabetes without complications" "Diabetes mellitus without end-organ damage."
* #diabetes-uncomplicated ^property[0].code = #weight
* #diabetes-uncomplicated ^property[0].valueInteger = 1
* #diabetes-uncomplicated ^property[1].code = #history
* #diabetes-uncomplicated ^property[1].valueBoolean = false
* #heart-failure "heart failure" "Congestive heart failure."
* #heart-failure ^property[0].code = #weight
* #heart-failure ^property[0].valueInteger = 2
* #heart-failure ^property[1].code = #history
* #heart-failure ^property[1].valueBoolean = false
* #diabetes-end-organ "diabetes with end-organ damage" "Diabetes mellitus with kidney, eye, nerve or vascular damage."
* #diabetes-end-organ ^property[0].code = #weight
* #diabetes-end-organ ^property[0].valueInteger = 2
* #diabetes-end-organ ^property[1].code = #history
* #diabetes-end-organ ^property[1].valueBoolean = false
* #diabetes-end-organ ^property[2].code = #supersedes
* #diabetes-end-organ ^property[2].valueString = "diabetes-uncomplicated"
* #chronic-lung-disease "chronic lung disease" "Chronic pulmonary disease."
* #chronic-lung-disease ^property[0].code = #weight
* #chronic-lung-disease ^property[0].valueInteger = 2
* #chronic-lung-disease ^property[1].code = #history
* #chronic-lung-disease ^property[1].valueBoolean = false
* #mild-liver-or-renal "mild liver or renal disease" "Mild liver disease, or mild renal disease."
* #mild-liver-or-renal ^property[0].code = #weight
* #mild-liver-or-renal ^property[0].valueInteger = 2
* #mild-liver-or-renal ^property[1].code = #history
* #mild-liver-or-renal ^property[1].valueBoolean = false
* #any-tumour "any tumor" "Any tumor, including lymphoma and leukemia; not skin cancer other than melanoma."
* #any-tumour ^property[0].code = #weight
* #any-tumour ^property[0].valueInteger = 2
* #any-tumour ^property[1].code = #history
* #any-tumour ^property[1].valueBoolean = false
* #dementia "dementia" "Dementia of any cause."
* #dementia ^property[0].code = #weight
* #dementia ^property[0].valueInteger = 3
* #dementia ^property[1].code = #history
* #dementia ^property[1].valueBoolean = false
* #connective-tissue-disease "connective tissue disease" "Rheumatoid arthritis, lupus and other connective tissue disease."
* #connective-tissue-disease ^property[0].code = #weight
* #connective-tissue-disease ^property[0].valueInteger = 3
* #connective-tissue-disease ^property[1].code = #history
* #connective-tissue-disease ^property[1].valueBoolean = false
* #aids "AIDS" "AIDS; HIV infection alone does not count."
* #aids ^property[0].code = #weight
* #aids ^property[0].valueInteger = 4
* #aids ^property[1].code = #history
* #aids ^property[1].valueBoolean = true
* #moderate-severe-liver-or-renal "moderate or severe liver or renal disease" "Moderate or severe liver disease, or moderate or severe renal disease."
* #moderate-severe-liver-or-renal ^property[0].code = #weight
* #moderate-severe-liver-or-renal ^property[0].valueInteger = 4
* #moderate-severe-liver-or-renal ^property[1].code = #history
* #moderate-severe-liver-or-renal ^property[1].valueBoolean = false
* #moderate-severe-liver-or-renal ^property[2].code = #supersedes
* #moderate-severe-liver-or-renal ^property[2].valueString = "mild-liver-or-renal"
* #metastatic-tumour "metastatic solid tumor" "Metastatic solid tumor."
* #metastatic-tumour ^property[0].code = #weight
* #metastatic-tumour ^property[0].valueInteger = 6
* #metastatic-tumour ^property[1].code = #history
* #metastatic-tumour ^property[1].valueBoolean = false
* #metastatic-tumour ^property[2].code = #supersedes
* #metastatic-tumour ^property[2].valueString = "any-tumour"

ValueSet: LaceComorbidityCodes
Id: lace-comorbidity
Title: "LACE comorbidity groups: all codes"
Description: "Every code of LACE comorbidity groups."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/lace-comorbidity"
* include codes from system LaceComorbidity
