// Programs and clocks. Every number carries its source (extension 'source') and mark.

RuleSet: Plan(id, name, title)
* insert Artefact(PlanDefinition, {id}, {name}, {title})
* type = http://terminology.hl7.org/CodeSystem/plan-definition-type#workflow-definition
* effectivePeriod.start = "2026-01-01"

RuleSet: Act(code, title, text)
* action[+].title = {title}
* action[=].description = {text}
* action[=].code = CARETASK#{code}

RuleSet: Fixes(code, title, text)
* action[+].title = {title}
* action[=].description = {text}
* action[=].code = CLOCK#{code}

RuleSet: DueIn(count, unit, anchor)
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/due"
* action[=].extension[=].extension[+].url = "count"
* action[=].extension[=].extension[=].valueInteger = {count}
* action[=].extension[=].extension[+].url = "unit"
* action[=].extension[=].extension[=].valueCode = #{unit}
* action[=].extension[=].extension[+].url = "anchor"
* action[=].extension[=].extension[=].valueCode = #{anchor}

RuleSet: ForRisk(risk)
* action[=].extension[=].extension[+].url = "risk"
* action[=].extension[=].extension[=].valueCode = #{risk}

RuleSet: Param(name, value, mark, text)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/parameter"
* extension[=].extension[+].url = "name"
* extension[=].extension[=].valueCode = #{name}
* extension[=].extension[+].url = "value"
* extension[=].extension[=].valueInteger = {value}
* extension[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* extension[=].extension[=].extension[0].url = "text"
* extension[=].extension[=].extension[0].valueString = {text}
* extension[=].extension[=].extension[1].url = "mark"
* extension[=].extension[=].extension[1].valueCode = #{mark}

RuleSet: ForProgram(code)
* useContext.code = http://terminology.hl7.org/CodeSystem/usage-context-type#program
* useContext.valueCodeableConcept = PROGRAM#{code}

Instance: program-care-management
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(program-care-management, ProgramCareManagement, "Program: care management")
* description = "What enrollment in care management starts."
* insert ForProgram(care-management)
* insert Act(first-assessment, "First assessment", [["Get to know the whole person: illness and medicines, function, mood, living conditions, who helps, language, what matters to them, and their wishes for the future. Note what could not be asked."]])
* insert DueIn(30, day, enrolment)
* insert Sourced(action[=]., K, "Starting within 30 days is often quoted as an NCQA care management requirement; not confirmed in any source we could open. Kept as our default.")

Instance: program-case-management
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(program-case-management, ProgramCaseManagement, "Program: case management")
* description = "What enrollment in case management starts. Time-limited: around one event."
* insert ForProgram(case-management)
* insert Act(first-assessment, "First assessment for the case", [["Find out what the event has changed: the needs now, open services and authorizations, who decides, and what would close the case."]])
* insert DueIn(30, day, enrolment)
* insert Sourced(action[=]., K, "Starting within 30 days is often quoted as an NCQA case management requirement; not confirmed in any source we could open. Kept as our default.")

Instance: transition-clock
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(transition-clock, TCM, "Program clock: transitional care")
* description = "What is done after a discharge to a community setting, and by when. Business days are Monday to Friday less federal holidays, observed days included. The clock starts with the discharge, not when we learn of it. After the rules of Medicare's transitional care management (TCM) and HEDIS transitions of care (TRC)."
// Medicare has paid for transitional care management since the 2013 physician fee schedule (K): earlier discharges have
// no program clock, and a step that counts by it anyway says so.
* effectivePeriod.start = "2013-01-01"
* insert Param(stay-gap-hours, 24, D, "Encounters at most this far apart are one stay: our default.")
* insert Param(emergency-lookback-hours, 24, D, [["An emergency visit that ended at most this long before admission makes the admission emergent, cited as inferred: our default."]])
* insert Param(emergency-history-months, 6, V, [["van Walraven C, et al. CMAJ 2010;182:551-557: emergency visits in the 6 months before admission, index visit excluded."]])
* insert Param(notified-late-business-days, 2, D, [["Learning of a discharge after the contact window is shown as notified late: our default, equal to the TCM contact window."]])
* insert Param(attempts-for-evidence, 2, S, [["CMS transitional care management booklet (MLN908628): two documented attempts within 2 business days suffice for billing. The contact stays open until the person is reached."]])
* insert Param(attempts-apart-minutes, 60, D, [["The booklet asks for separate attempts: two that began less than an hour apart are one, by our default. Somebody in the shower at nine is not reached at one past nine either."]])
* insert Param(unable-to-reach-attempts, 5, D, [["The protocol for people who cannot be reached ends after at least this many attempts: our default."]])
* insert Param(unable-to-reach-days, 7, D, [["…and at least this many days after the first attempt, so that different days and times are tried: our default."]])
* insert Act(contact-patient, "Reach the patient", [["Call the patient, or a caregiver who may speak for them, after they have left. Ask how they are, what changed with their medicines, what they still need, and what worries them; talk about more than arranging a visit. A voicemail is an attempt, not a contact. Two attempts satisfy the program, not the patient: keep trying every business day."]])
* insert DueIn(2, business-day, discharge)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628): interactive contact within 2 business days after discharge."]])
* insert Act(reconcile-medications, "Reconcile medications", [["Compare what was taken before, what was given in the hospital, the discharge list, and what is really being taken now. Settle each difference or pass it to the prescriber. For TCM, do this no later than the day of the visit. It counts when a prescriber, clinical pharmacist or registered nurse did it or signed it."]])
* insert DueIn(30, day, discharge)
* insert Sourced(action[=]., S, [["NCQA HEDIS TRC, medication reconciliation post-discharge: discharge day through 30 days after (31 days). CMS TCM: no later than the date of the visit."]])
* insert Act(book-follow-up, "Book the visit within 7 days", [["High risk: book a visit within 7 days of discharge, and make sure the patient knows when, where and how they get there."]])
* insert DueIn(7, day, discharge)
* insert ForRisk(high)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628): visit within 7 days at high complexity (99496). Tying it to our risk label is our default."]])
* insert Act(book-follow-up, "Book the visit within 14 days", [["Book a visit within 14 days of discharge, and make sure the patient knows when, where and how they get there."]])
* insert DueIn(14, day, discharge)
* insert ForRisk(not-high)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628): visit within 14 days (99495). Tying it to our risk label is our default."]])
* insert Act(teach-back, "Teach back", [["With the first contact: the medicines, the warning signs, whom to call at any hour, the next visit, and self-care. Ask the person to say each back in their own words; teach again until they can."]])
* insert DueIn(2, business-day, discharge)
* insert Sourced(action[=]., D, "With the first contact: our default.")
* insert Act(check-equipment, "Check equipment and services", [["Ask whether ordered equipment, supplies and home services have arrived, work, and are in use. Follow up on what is missing."]])
* insert DueIn(2, business-day, discharge)
* insert Sourced(action[=]., D, "With the first contact: our default.")
* insert Act(pending-results, "Follow pending results", [["Find out which results were not back at discharge, get them, and make sure the responsible provider has seen them."]])
* insert DueIn(7, day, discharge)
* insert Sourced(action[=]., D, "Within a week: our default.")
* insert Act(receive-packet, "Get the discharge information", [["Obtain the discharge information and check it item by item: practitioner, procedures, diagnoses, medicines and allergies, results and what is pending, instructions. Ask for what is missing."]])
* insert DueIn(2, day, discharge)
* insert Sourced(action[=]., S, [["NCQA HEDIS TRC, receipt of discharge information: day of discharge through 2 days after; earlier editions said the following day."]])
* insert Fixes(contact-by, "Contact by", "Last day for the contact to count.")
* insert DueIn(2, business-day, discharge)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628)."]])
* insert Fixes(visit-7-day, "Visit within 7 days", "Last day of the 7-day visit.")
* insert DueIn(7, day, discharge)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628)."]])
* insert Fixes(visit-14-day, "Visit within 14 days", [["Last day of the 14-day visit: the billing limit, not the goal for a person at high risk."]])
* insert DueIn(14, day, discharge)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628)."]])
* insert Fixes(period-end, "End of the 30-day period", "The discharge day and the 29 days after it.")
* insert DueIn(29, day, discharge)
* insert Sourced(action[=]., S, [["CMS transitional care management booklet (MLN908628): the period begins on the day of discharge and continues for the next 29 days."]])
* insert Fixes(discharge-information-by, "Discharge information by", "Last day for the receipt of discharge information to count.")
* insert DueIn(2, day, discharge)
* insert Sourced(action[=]., S, "NCQA HEDIS TRC.")
* insert Fixes(reconciliation-by, "Reconciliation by", "Last day for the medication reconciliation to count; one day after the TCM period ends.")
* insert DueIn(30, day, discharge)
* insert Sourced(action[=]., S, "NCQA HEDIS TRC.")
* insert Fixes(engagement-from, "Engagement from", [["First day on which a visit, call or message counts as engagement: not the discharge day."]])
* insert DueIn(1, day, discharge)
* insert Sourced(action[=]., S, "NCQA HEDIS TRC.")
* insert Fixes(engagement-by, "Engagement by", [["Last day on which a visit, call or message counts as engagement."]])
* insert DueIn(30, day, discharge)
* insert Sourced(action[=]., S, "NCQA HEDIS TRC.")

Instance: lace
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(lace, LACE, "LACE index: parameters")
* description = "Numbers of the LACE index: length of stay (ObservationDefinition/lace-length), acuity, comorbidity (CodeSystem/lace-comorbidity), emergency visits; bands in ObservationDefinition/lace-total. For acute discharges to the community only. 'Modified LACE' papers use other bands, and standard Charlson weights do not apply."
* insert ComparisonsLace
* copyright = "Published algorithm: van Walraven C, Dhalla IA, Bell C, et al. Derivation and validation of an index to predict early death or unplanned readmission after discharge from hospital to the community. CMAJ 2010;182(6):551-557 (PMC2845681)."
* insert Param(acuity-emergent, 3, V, "van Walraven 2010: acute admission 3 points.")
* insert Param(comorbidity-cap-from, 4, V, "van Walraven 2010: a comorbidity sum of 4 or more is capped.")
* insert Param(comorbidity-capped, 5, V, "van Walraven 2010: the capped comorbidity score is 5.")
* insert Param(emergency-max, 4, V, "van Walraven 2010: 4 or more emergency visits give 4 points.")

// Readings at which no goal counts as reached, however close they are to its target (clinical practice, rule 23).

Instance: unsafe-reading
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(unsafe-reading, UnsafeReading, "Readings that someone looks at: no goal is reached by them")
* description = "Of the newest readings that a goal is judged by, those beyond what is safe: lowest and highest of the newest day, by quantity (CodeSystem measured-quantity). The first action whose condition holds counts: its title is said beside the goal, and its Task is written. The limits are those of the check-in rules where these have one."
* insert ComparisonsUnsafeReading
* insert Act(escalation, "below what is safe: a systolic pressure under 90", [["Tell the supervising or on-call provider today, by voice: a pressure this low. Ask about dizziness, falls and medicines that lower pressure."]])
* insert When("systolic_pressure_lowest < 90")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., K, "As in the check-in rules for heart failure.")
* insert Act(escalation, "above what is safe: a blood pressure of 180 over 120 or more", [["Tell the supervising or on-call provider today, by voice: a pressure this high. With a symptom it is an emergency."]])
* insert When("systolic_pressure_highest >= 180 or diastolic_pressure_highest >= 120")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., K, "As in the check-in rules for heart failure.")
* insert Act(escalation, "below what is safe: a glucose under 54", [["Tell the supervising or on-call provider today, by voice: a serious low. Call the person first: is the low over, and who is with them?"]])
* insert When("glucose_lowest < 54")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., V, "ADA: under 54 is a level 2 low; as in the check-in rules for diabetes.")
* insert Act(escalation, "above what is safe: a glucose of 400 or more", [["Tell the supervising or on-call provider today, by voice: a very high glucose. With vomiting, confusion or fast breathing it is an emergency."]])
* insert When("glucose_highest >= 400")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, "As in the check-in rules for diabetes.")
* insert Act(escalation, "beyond what is safe: a heart rate under 50 or over 120", [["Tell the supervising or on-call provider today, by voice: a heart rate this slow or this fast."]])
* insert When("heart_rate_lowest < 50 or heart_rate_highest > 120")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., K, "As in the check-in rules for heart failure.")
* insert Act(nurse-call, "below what is safe: a diastolic pressure under 50", [["Call the person today about this low pressure, and tell the supervising provider."]])
* insert When("diastolic_pressure_lowest < 50")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, "As in the check-in rules for heart failure.")
* insert Act(nurse-call, "below what is safe: a glucose under 70", [["Call the person today about this low, and tell the supervising provider."]])
* insert When("glucose_lowest < 70")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., V, "ADA: under 70 is a low; as in the check-in rules for diabetes.")
* insert Act(nurse-call, "above what is safe: a glucose of 300 or more", [["Call the person today about this high glucose, and tell the supervising provider."]])
* insert When("glucose_highest >= 300")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, "As in the check-in rules for diabetes.")
* insert Act(nurse-call, "below what is safe: an A1c under 5", [["Call the person today: ask about lows. Tell the supervising provider: too much medicine, blood loss or a fault of the test."]])
* insert When("a1c_lowest < 5")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Our default: so low an A1c in somebody treated for diabetes means lows, or an A1c that does not tell the glucose (K: blood loss, hemolysis, transfusion)."]])
* insert Act(nurse-call, "below what is safe: an A1c under 6 on a medicine that can cause lows", [["Call the person today: ask about lows. Tell the supervising provider, who may want less medicine."]])
* insert When([["a1c_lowest < 6 and classes_perhaps_taken.intersect('insulin' | 'sulfonylurea' | 'meglitinide').exists()"]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Our default, after the ADA's warning of overtreatment with medicines that cause lows (K)."]])
* insert Act(nurse-call, [["in heart failure, 5 lb or more lost in 7 days"]], [["Call the person today: eating, dizziness, water pill. Tell the supervising provider. In heart failure so fast a loss is not progress."]])
* insert When([["weight_fall_7_days >= 5 and ('heart-failure' in conditions_or_concerns or 'conditions' in not_visible)"]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., V, "As in the check-in rules for heart failure.")
* insert Act(nurse-call, [["faster than is safe: 5 percent or more of the weight lost in 30 days"]], [["Call the person today: eating, vomiting, mood, water pill, a new medicine; have them weighed again. Tell the supervising provider. So fast a loss is looked at before it is progress."]])
* insert When("weight_fall_percent_30_days >= 5")
* insert DueIn(0, day, now)
* insert Sourced(action[=]., K, [["From general knowledge: 5 percent in a month is a significant loss where it was not intended; that one on a weight-loss goal is looked at, too, is our default."]])
* insert Act(review-plan, [["in heart failure, 10 lb or more lost: water, or wasting, before it is progress"]], [["Look at this weight with the supervising provider: is it water, wasting, or the loss that was wanted? Does a weight-loss goal fit beside the dry weight?"]])
* insert When([["weight_fall >= 10 and goal_direction = 'lower' and ('heart-failure' in conditions_or_concerns or 'conditions' in not_visible)"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, "Our default: the same limit as a gain over 14 days; weight in heart failure is stability.")
