// Case management: a case around one event, requests for authorization and their answers, and what is handed over.

Extension: Case
Id: case
Title: "Case"
Description: "The event a case is around, and the day on which it is expected to be over. EpisodeOfCare has no element for an event that is no condition, and its period holds only when it really ended."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "EpisodeOfCare"
* extension contains event 1..1 and expectedEnd 1..1
* extension[event].value[x] only Reference(Encounter or Condition or ServiceRequest or Claim)
* extension[expectedEnd].value[x] only date

RuleSet: PayerAnswer(code, display, definition, state, settles)
* #{code} {display} {definition}
* #{code} ^property[0].code = #state
* #{code} ^property[0].valueCode = #{state}
* #{code} ^property[1].code = #settles
* #{code} ^property[1].valueBoolean = {settles}

RuleSet: ReviewAction(code, actions)
* #{code} ^property[2].code = #reviewAction
* #{code} ^property[2].valueString = {actions}

CodeSystem: AuthorizationAnswer
Id: authorization-answer
Title: "Answers to a request for authorization"
Description: "What a payer answers, and that a denial was appealed. 'reviewAction' names the X12 codes (element 306) a Da Vinci PAS ClaimResponse gives for it; X12's descriptions are its own and are not shipped."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/authorization-answer"
* insert Sourced(^, S, [["Da Vinci Prior Authorization Support 2.2.1 (hl7.org/fhir/us/davinci-pas), extension reviewActionCode, bound to X12 element 306. Which code is which answer: seen in the guide's examples; everything else is read by a person."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/authorization-answer"
* ^property[0].code = #state
* ^property[0].description = "The state its Task is then in (CodeSystem care-task-state)"
* ^property[0].type = #code
* ^property[1].code = #settles
* ^property[1].description = "Whether the payer has decided"
* ^property[1].type = #boolean
* ^property[2].code = #reviewAction
* ^property[2].description = "X12 codes (element 306) that say so"
* ^property[2].type = #string
* insert PayerAnswer(approved, "approved", [["Everything that was asked for is authorized."]], approved, true)
* insert ReviewAction(approved, "A1")
* insert PayerAnswer(partly-approved, "partly approved", [["Less than was asked for is authorized, or something else: the rest is denied."]], partly-approved, true)
* insert ReviewAction(partly-approved, "A2 A6")
* insert PayerAnswer(denied, "denied", [["Nothing is authorized; a reason is given."]], denied, true)
* insert ReviewAction(denied, "A3")
* insert PayerAnswer(pended, "pended", [["Not decided: the payer asks for more, or needs longer."]], more-asked-for, false)
* insert ReviewAction(pended, "A4")
* insert PayerAnswer(appealed, "appealed", [["A denial was appealed: the payer decides once more."]], appealed, false)

ValueSet: AuthorizationAnswerCodes
Id: authorization-answer
Title: "Answers to a request for authorization: all codes"
Description: "Every code of answers to a request for authorization."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/authorization-answer"
* include codes from system AuthorizationAnswer

CodeSystem: AuthorizationDetail
Id: authorization-detail
Title: "Details of an authorization"
Description: "What a Task of an authorization says: when the answer is due (Task.input), and what the payer answered (Task.output)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/authorization-detail"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/authorization-detail"
* #answer-by "answer due" "The moment by which the payer must have decided."
* #appeal-by "appeal by" "The last day on which a denial can be appealed."
* #answer "answer" "What the payer decided (CodeSystem authorization-answer)."
* #answered "answered" "When the payer answered."
* #number "authorization number" "The number the payer gave the authorization."
* #first-day "first day" "The first day that is authorized."
* #last-day "last day" "The last day that is authorized."
* #days "days" "How many days are authorized."
* #units "units" "How many units or visits are authorized."
* #level "level of care" "The level of care that is authorized (CodeSystem care-setting)."
* #reason "reason" "Why something is denied, in the payer's words."
* #asked-for "asked for" "What the payer asks for before it decides."
* #response "response" "The payer's answer on this server."

ValueSet: AuthorizationDetailCodes
Id: authorization-detail
Title: "Details of an authorization: all codes"
Description: "Every code of details of an authorization."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/authorization-detail"
* include codes from system AuthorizationDetail

Instance: authorization-clock
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(authorization-clock, AuthorizationClock, "Program clock: authorizations")
* description = "By when a payer has to answer a request for authorization, by when a denial is appealed, and when a stay is held against what was authorized. The payer's letter wins wherever it names a day."
* insert Param(expedited-hours, 72, S, [["CMS Interoperability and Prior Authorization final rule, CMS-0057-F (89 FR 8758): expedited decisions within 72 hours from 2026-01-01, for Medicare Advantage, Medicaid and CHIP, fee-for-service and managed care; not for drugs, nor for plans on the federal exchanges, nor commercial plans."]])
* insert Param(standard-days, 7, S, [["CMS-0057-F (89 FR 8758): standard decisions within 7 calendar days from 2026-01-01, for the same payers."]])
* insert Param(more-asked-for-days, 2, D, [["Days to send what a payer asks for, where it names no day: our default."]])
* insert Param(appeal-days, 60, K, [["Calendar days to appeal a denial, where the letter names no day: the shortest usual one, Medicaid managed care (42 CFR 438.402); Medicare Advantage 65, commercial plans 180. Unconfirmed: read the letter."]])
* insert Param(decide-appeal-days, 5, D, [["Days to decide with the prescriber whether to appeal: our default, for treatment waits meanwhile."]])
* insert Param(appeal-standard-days, 30, K, [["Days a payer has to decide an appeal before the service: Medicare Advantage and Medicaid managed care, 30 calendar days. Unconfirmed."]])
* insert Param(appeal-expedited-hours, 72, K, [["Hours a payer has to decide an expedited appeal: Medicare Advantage and Medicaid managed care. Unconfirmed."]])
* insert Param(review-before-days, 1, D, [["A stay is reviewed at the latest this many days before the last day that is authorized: our default, so that there is time to ask for more."]])
* insert Param(discharge-day-counts, 0, K, [["Whether the day of discharge is a day of the stay (1) or not (0): Medicare counts the day of admission and not that of discharge (Medicare Benefit Policy Manual, chapter 3, 20.1; unconfirmed). A stay that begins and ends on one day is one day."]])

Profile: CarefhirAuthorizationRequest
Parent: Claim
Id: carefhir-authorization-request
Title: "Request for authorization"
Description: "What a payer is asked to authorize before it is done. Shaped as the PAS Claim of Da Vinci Prior Authorization Support 2.2.1, without its X12 codes, which a site's clearinghouse adds."
* insert Definitional
* identifier 1..*
* use = #preauthorization
* patient only Reference(Patient)
* insurance 1..*
* item 1..*
* item.productOrService.text 1..1

Profile: CarefhirHandOver
Parent: Communication
Id: carefhir-hand-over
Title: "What a closed case leaves"
Description: "Tells the care manager what remains of a case that was closed: what is open, what is not decided, which goals go on. It is not a talk with the person."
* insert Definitional
* identifier 1..*
* status = #completed
* category 1..1
* category = http://terminology.hl7.org/CodeSystem/communication-category#notification
* subject 1..1
* subject only Reference(Patient)
* about 1..*
* sent 1..1
* sender 1..1
* recipient 1..1
* payload 1..*

Instance: case
InstanceOf: CarefhirEpisodeOfCare
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-0000000000c1)
* extension[case].extension[event].valueReference.reference = "ServiceRequest/rosa-knee"
* extension[case].extension[expectedEnd].valueDate = "2026-05-29"
* status = #active
* type = PROGRAM#case-management "case management"
* insert Rosa(patient)
* period.start = "2026-03-09"
* careManager.reference = "Practitioner/social-worker"
* team.reference = "CareTeam/care-team"

Instance: authorization-request
InstanceOf: CarefhirAuthorizationRequest
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-0000000000c2)
* status = #active
* type = http://terminology.hl7.org/CodeSystem/claim-type#institutional
* use = #preauthorization
* insert Rosa(patient)
* created = "2026-03-09T10:05:00-05:00"
* provider.reference = "Practitioner/physician"
* priority = http://terminology.hl7.org/CodeSystem/processpriority#normal
* diagnosis.sequence = 1
* diagnosis.diagnosisCodeableConcept = ICD10CM#M17.11
* insurance.sequence = 1
* insurance.focal = true
* insurance.coverage.display = "no coverage on record"
* item.sequence = 1
* item.productOrService.text = "total knee replacement, right"
* item.quantity.value = 1

Instance: hand-over
InstanceOf: CarefhirHandOver
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-0000000000c3)
* status = #completed
* category = http://terminology.hl7.org/CodeSystem/communication-category#notification
* insert Rosa(subject)
* about.reference = "EpisodeOfCare/case"
* sent = "2026-05-29T15:00:00-05:00"
* sender.reference = "Practitioner/social-worker"
* recipient.reference = "Practitioner/nurse"
* payload.contentString = "The case around the knee is closed: she walks with a cane. Nothing is open."
