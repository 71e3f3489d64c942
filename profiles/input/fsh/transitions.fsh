// What follows a discharge, in codes: outcomes of attempts, topics, ends of a transition, evidence, billing.

RuleSet: Outcome(code, display, definition, reached, counts)
* #{code} {display} {definition}
* #{code} ^property[0].code = #reached
* #{code} ^property[0].valueBoolean = {reached}
* #{code} ^property[1].code = #counts
* #{code} ^property[1].valueBoolean = {counts}

RuleSet: Tells(code, words)
* #{code} ^property[2].code = #words
* #{code} ^property[2].valueString = {words}

RuleSet: Again(code, words)
* #{code} ^property[3].code = #again
* #{code} ^property[3].valueString = {words}

CodeSystem: ContactOutcome
Id: contact-outcome
Title: "Outcomes of a contact attempt"
Description: "The result of one attempt to reach a person after a discharge: whether it reached them, and whether it counts as a documented attempt."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/contact-outcome"
* insert Sourced(^, D, [["CMS transitional care management booklet (MLN908628): two or more separate, documented attempts in time count when no one is reached (S). That a voicemail counts and a wrong number does not is our default."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/contact-outcome"
* ^property[0].code = #reached
* ^property[0].type = #boolean
* ^property[0].description = "Someone spoke about their care with the person, or with whoever speaks for them"
* ^property[1].code = #counts
* ^property[1].type = #boolean
* ^property[1].description = "Counts as a documented attempt"
* ^property[2].code = #words
* ^property[2].type = #string
* ^property[2].description = "Words by which the outcome of a call tells of it, separated by semicolons; of several, the last one counts"
* ^property[3].code = #again
* ^property[3].type = #string
* ^property[3].description = "Words of a next try: they tell of nobody reached where no other words say that someone was"
* insert Outcome(reached, "reached", [["Spoke with the person, or with a caregiver who may speak for them."]], true, true)
* insert Outcome(voicemail, "voicemail", [["A message was left."]], false, true)
* insert Outcome(no-answer, "no answer", [["No one answered, and no message was left."]], false, true)
* insert Outcome(wrong-number, "wrong number", [["The number is not the person's: find the right one."]], false, false)
* insert Tells(reached, [["spoke; spoken; talked; reached; connected with; she says; he says; she said; he said; they say; they said; pt says; pt said; patient says; patient said; pt reports; patient reports; patient reported; called back and; called me back; returned my call; came in; seen in person; met with"]])
* insert Tells(voicemail, [["voicemail; voice mail; voice-mail; voicemails; lvm; l/vm; left vm; left message; left a message; left messages; left msg; left a msg; left mess; left word; lm; lmom; lmtcb; mailbox; answering machine; text sent; sent a text; sent text; texted; portal message; sent a message; dejé mensaje; deje mensaje; dejé un mensaje; buzón de voz"]])
* insert Tells(no-answer, [["no answer; no ans; not answer; did not answer; didn't answer; didnt answer; not answering; doesn't answer; does not answer; doesnt answer; not answered; never answered; nobody answered; no one answered; not pick up; didn't pick up; didnt pick up; doesn't pick up; not picked up; not picking up; no pick up; no pickup; nobody picked up; no one picked up; not home; not at home; unable to reach; unable to contact; unable to get hold; unable to get through; unable to speak; unable to talk; unable to connect; could not reach; couldn't reach; couldnt reach; can't reach; cant reach; cannot reach; could not be reached; couldn't be reached; cannot be reached; can't be reached; could not get through; couldn't get through; could not get hold; couldn't get hold; not get ahold; not get through; not reach; not reached; not been reached; haven't reached; never reached; nobody reached; no one reached; nobody was reached; no one was reached; reached nobody; reached no one; not able to reach; not able to speak; not able to talk; unreachable; unavailable; not available; no contact; not contacted; no response; no reply; not respond; didn't respond; not responding; not called back; hasn't called back; hasn't returned; not returned; not spoken; haven't spoken; not speak; didn't speak; couldn't speak; not talk; didn't talk; not talked; haven't talked; never spoke; never talked; spoke with no one; spoke to no one; spoke with nobody; spoke to nobody; talked to no one; talked to nobody; unsuccessful; unsuccessfully; attempted to call; attempted call; attempted to reach; attempted x; tried to call; tried to reach; tried calling; called twice; called x; rang out; rings out; just rings; just rang; phone off; phone is off; phone turned off; line busy; busy signal; hung up; no contestó; no contesta; no contesto; no responde; nadie contestó"]])
* insert Again(no-answer, [["try again; try back; try later; try tomorrow; trying again; retry; re-try; call again; call back; call later; call tomorrow; callback; attempt again; reattempt; re-attempt; follow up call; volveré a llamar"]])
* insert Tells(wrong-number, [["wrong number; number disconnected; disconnected; out of service; not in service; number not working; number doesn't work; number does not work"]])
* insert Outcome(refused, "refused", [["Reached, and does not want this contact."]], false, true)
* insert Outcome(sent, [["sent, no answer yet"]], [["A letter or a message was sent, and nobody has answered."]], false, true)
* insert Outcome(somebody-else, "somebody else answered", [["Somebody answered who may not speak for the person: they were not reached."]], false, true)

ValueSet: ContactOutcomeCodes
Id: contact-outcome
Title: "Outcomes of a contact attempt: all codes"
Description: "Every code of outcomes of a contact attempt."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/contact-outcome"
* include codes from system ContactOutcome

RuleSet: Topic(code, display, definition, aliases)
* #{code} {display} {definition}
* #{code} ^property[0].code = #aliases
* #{code} ^property[0].valueString = {aliases}

CodeSystem: ContactTopic
Id: contact-topic
Title: "Topics of a contact"
Description: "What a conversation after discharge was about. A contact counts when it was about more than scheduling. A topic may also be given in other plain words; those that are not understood as about care are asked about."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/contact-topic"
* insert Sourced(^, S, [["CMS transitional care management booklet (MLN908628): the interactive contact addresses the person's status and needs beyond scheduling follow-up care. The words that mean scheduling are our default."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/contact-topic"
* ^property[0].code = #aliases
* ^property[0].type = #string
* ^property[0].description = "Other words for it, separated by semicolons"
* ^property[2].code = #words
* ^property[2].type = #string
* ^property[2].description = "Words in a longer text that mean it, separated by semicolons; a whole word in any case, * stands for any ending. Our default (D)."
* ^property[3].code = #unless
* ^property[3].type = #string
* ^property[3].description = "Words that turn a text into something else, separated by semicolons. Our default (D)."
* ^property[1].code = #schedulingOnly
* ^property[1].type = #boolean
* ^property[1].description = "Does not count as a contact by itself"
* insert Topic(scheduling, "scheduling", [["Arranging, confirming or moving a visit."]], [["appointment; appointments; booking; schedule; visit time; scheduling the visit; booking the visit; transport to the visit; appt; appointment time only; reschedule; reschedule visit; transport"]])
* #scheduling ^property[1].code = #schedulingOnly
* #scheduling ^property[1].valueBoolean = true
* #scheduling ^property[2].code = #words
* #scheduling ^property[2].valueString = "appointment*; appt*; schedul*; reschedul*; booking; booked; visit time; time of the visit; ride; bus; transport*"
* insert Topic(nothing, "nothing", [["Nothing was talked about."]], [["none; n/a; na; -; no; hello; nothing discussed; asked to call back; wrong person answered; wrong number"]])
* #nothing ^property[1].code = #schedulingOnly
* #nothing ^property[1].valueBoolean = true
* insert Topic(symptoms, "symptoms", [["How the person is; what has become better or worse."]], [["how they are; status; condition"]])
* #symptoms ^property[1].code = #words
* #symptoms ^property[1].valueString = "symptom*; pain*; hurt*; ache*; breath*; sob; swell*; swollen; edema; weight*; dizz*; faint*; fall; falls; fell; fallen; fever*; cough*; nause*; vomit*; bowel*; constipat*; diarrhea; urin*; sleep*; insomnia; mood; anxi*; depress*; feeling; feels; felt; recover*; healing; wound*; incision*; bleed*; blood pressure; bp; pulse; heart*; chest; sugar; sugars; glucose; vitals; vital signs; confus*; tired*; fatigue*; weak*; appetite; how she is; how he is; how they are; how are you; doing at home; doing since; getting better; getting worse; thoughts of death; suicid*; alcohol"
* #symptoms ^property[2].code = #unless
* #symptoms ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"
* insert Topic(medicines, "medicines", [["What is taken, what changed, what is missing."]], [["medication; medications; drugs"]])
* #medicines ^property[1].code = #words
* #medicines ^property[1].valueString = "medic*; meds; med; drug; drugs; pill; pills; tablet*; prescri*; dose; doses; dosing; insulin; diuretic*; blood thinner*; anticoag*; warfarin; inhaler*; antibiotic*; refill*; pharmac*; side effect*; reconcil*; adherence"
* #medicines ^property[2].code = #unless
* #medicines ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"
* insert Topic(warning-signs, "warning signs", [["What to watch for, and whom to call."]], [["red flags; whom to call"]])
* #warning-signs ^property[1].code = #words
* #warning-signs ^property[1].valueString = "warning*; red flag*; whom to call; who to call; when to call; 911; return precautions; zone; zones; emergency plan; action plan"
* #warning-signs ^property[2].code = #unless
* #warning-signs ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"
* insert Topic(equipment, "equipment and services", [["What was ordered for the home, and whether it has come."]], [["home health; supplies; services"]])
* #equipment ^property[1].code = #words
* #equipment ^property[1].valueString = "equipment; dme; oxygen; walker*; wheelchair*; scale; supplies; home health*; home care; hha; physical therapy; occupational therapy; pt/ot; home nurse; referral*; dressing*; catheter*; cpap; nebulizer*; test strips; meter; glucometer"
* #equipment ^property[2].code = #unless
* #equipment ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"
* insert Topic(needs, "needs at home", [["Food, help, transport, money, safety."]], [["food; help at home; caregiver"]])
* #needs ^property[1].code = #words
* #needs ^property[1].valueString = "need; needs; food; meal; meals; groceries; eating; drinking; hunger; hungry; help at home; caregiver*; money; afford*; copay*; bills; insurance; housing; rent; eviction; homeless*; safety; safe; utilities; violence; abuse; loneliness; lonely"
* #needs ^property[2].code = #unless
* #needs ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"
* insert Topic(instructions, "discharge instructions", [["What they were told to do, in their own words."]], [["discharge papers; diet; activity"]])
* #instructions ^property[1].code = #words
* #instructions ^property[1].valueString = "instruction*; discharge paper*; discharge summar*; discharge plan*; avs; diet*; fluid*; salt; sodium; activity level; exercise*; restriction*; self-care; self care; teach*; education; care plan; plan of care; goals of care; test results; lab results; labs; diagnos*; disease; illness; heart failure; diabetes; copd; infection; surgery; advance care*; code status; hospital stay"
* #instructions ^property[2].code = #unless
* #instructions ^property[2].valueString = "not discussed; not talked about; did not talk; did not discuss; didn't talk; didn't discuss; never discussed; nothing about; no talk; refused to talk; declined to talk; would not talk; small talk; chit chat; chit-chat; chat; weather; hung up; joke*"

ValueSet: ContactTopicCodes
Id: contact-topic
Title: "Topics of a contact: all codes"
Description: "Every code of topics of a contact."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/contact-topic"
* include codes from system ContactTopic

CodeSystem: TeachTopic
Id: teach-topic
Title: "Topics of teach-back"
Description: "What a person must be able to say back in their own words before teaching after a discharge is done: all of these."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/teach-topic"
* insert Sourced(^, D, [["Our default; the topics of common discharge teaching (AHRQ teach-back and Project RED use similar lists, K)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/teach-topic"
* #medicines "medicines" "Which ones, what for, when, and what changed."
* #warning-signs "warning signs" "Which signs mean trouble, and which mean call 911."
* #whom-to-call "whom to call" "The number to call during the day, at night and on weekends."
* #next-visit "next visit" "When, where, with whom, and how to get there."
* #self-care "self-care" "What to do every day: weighing, eating, moving, wound care."

ValueSet: TeachTopicCodes
Id: teach-topic
Title: "Topics of teach-back: all codes"
Description: "Every code of topics of teach-back."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/teach-topic"
* include codes from system TeachTopic

RuleSet: Ending(code, display, definition, status, state, billing)
* #{code} {display} {definition}
* #{code} ^property[0].code = #status
* #{code} ^property[0].valueCode = #{status}
* #{code} ^property[1].code = #state
* #{code} ^property[1].valueCode = #{state}
* #{code} ^property[2].code = #billing
* #{code} ^property[2].valueCode = #{billing}

CodeSystem: TransitionOutcome
Id: transition-outcome
Title: "Outcomes of a transition"
Description: "How a transition ended, the status its Task gets, and what can be said about billing."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/transition-outcome"
* insert Sourced(^, D, [["Our default. Death before day 30 and readmission: CMS transitional care management booklet and FAQ (MLN908628), as in CodeSystem billing-statement."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/transition-outcome"
* ^property[0].code = #status
* ^property[0].type = #code
* ^property[0].description = "Status of the parent Task"
* ^property[1].code = #state
* ^property[1].type = #code
* ^property[1].description = "Its business status (CodeSystem care-task-state)"
* ^property[2].code = #billing
* ^property[2].type = #code
* ^property[2].description = "What can be said about billing (CodeSystem billing-statement); by-evidence looks at what is on record"
* insert Ending(completed, "completed", [["The 30 days passed; a Task that was still open is named with what became of it."]], completed, done, by-evidence)
* insert Ending(unable-to-reach, "unable to reach", [["The person could not be reached with all attempts of the protocol."]], failed, unable-to-reach, by-evidence)
* insert Ending(declined, "declined", [["The person does not want it."]], cancelled, declined, ended-early)
* insert Ending(readmitted, "readmitted", [["Back in a facility before the 30 days were over."]], failed, ended-early, readmitted)
* insert Ending(died, "died", [["The person died before the 30 days were over."]], cancelled, ended-early, died)
* insert Ending(moved, "moved", [["The person moved away, or another practice takes over."]], cancelled, ended-early, ended-early)
* insert Ending(hospice, "hospice", [["Hospice has taken over."]], cancelled, ended-early, ended-early)

ValueSet: TransitionOutcomeCodes
Id: transition-outcome
Title: "Outcomes of a transition: all codes"
Description: "Every code of outcomes of a transition."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/transition-outcome"
* include codes from system TransitionOutcome

CodeSystem: TransitionEvidence
Id: transition-evidence
Title: "Evidence of a transition"
Description: "What a biller or an auditor looks for: the outputs of the transition's Task once it is closed."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/transition-evidence"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/transition-evidence"
* #outcome "outcome" "How the transition ended, and why."
* #contact "contact" "The contact that counts, when it was, and whether it was in time; or that there was none."
* #attempt "attempt" "One documented attempt."
* #visit "visit" "The visit, when it was, and whether it was within 7 or 14 days; or that there was none."
* #reconciliation "reconciliation" "When the medicines were reconciled; or that they were not."
* #teach-back "teach-back" "What the person could say back."
* #open-task "open Task" "A Task that was still open when the transition was closed, and what became of it."
* #billing "billing" "What can be said about billing from what is on record. A biller decides."

ValueSet: TransitionEvidenceCodes
Id: transition-evidence
Title: "Evidence of a transition: all codes"
Description: "Every code of evidence of a transition."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/transition-evidence"
* include codes from system TransitionEvidence

CodeSystem: BillingStatement
Id: billing-statement
Title: "Statements about billing"
Description: "What can be said about billing transitional care management, in words; carefhir never bills. The words are in the definition."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/billing-statement"
* insert Sourced(^, S, [["CMS transitional care management booklet (MLN908628) and FAQ: contact or two documented attempts within 2 business days; visit within 7 or 14 days; reconciliation no later than the visit; one claim per person in 30 days; not billable when the person dies before day 30. What is said about declining, moving and hospice: our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/billing-statement"
* #by-evidence "by evidence" "Decided by what is on record."
* #visit-7-day "evidence, visit within 7 days" "TCM evidence is complete: 99496 when decision making was of high complexity, else 99495 at moderate. A biller decides."
* #visit-14-day "evidence, visit within 14 days" "TCM evidence is complete: 99495 when decision making was of at least moderate complexity. A biller decides."
* #incomplete "evidence incomplete" "Not billable as TCM by what is on record"
* #died "died before the end" "Death before day 30: TCM is not billable."
* #readmitted "readmitted before the end" "Readmitted: one TCM per person in 30 days. If it is billed for the later discharge, it is not for this one."
* #ended-early "ended early" "Ended before the 30 days were over: a biller decides whether TCM may be billed at all."

ValueSet: BillingStatementCodes
Id: billing-statement
Title: "Statements about billing: all codes"
Description: "Every code of statements about billing."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/billing-statement"
* include codes from system BillingStatement
