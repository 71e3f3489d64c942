// One example of everything care planning writes, around the imaginary person Rosa.

RuleSet: OfClass(class, goal)
* extension[itemClass].valueCode = #{class}
* extension[1].url = "http://hl7.org/fhir/StructureDefinition/resource-pertainsToGoal"
* extension[1].valueReference.reference = "Goal/{goal}"

Instance: care-plan
InstanceOf: CarefhirCarePlan
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000101)
* status = #draft
* intent = #plan
* title = "Care plan: Type 2 diabetes, Heart failure"
* insert Rosa(subject)
* period.start = "2026-03-09"
* created = "2026-03-09T10:40:00-05:00"
* author.reference = "Practitioner/nurse"
* careTeam.reference = "CareTeam/care-team"
* addresses[0].reference = "Condition/rosa-diabetes"
* addresses[1].reference = "Condition/rosa-heart-failure"
* goal.reference = "Goal/goal"
* activity[0].reference.reference = "ServiceRequest/service-request"
* activity[1].reference.reference = "DeviceRequest/device-request"
* supportingInfo.reference = "EpisodeOfCare/episode-of-care"
* note.text = "Review by 2026-06-07."

Instance: goal
InstanceOf: CarefhirGoal
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000102)
* extension[+].url = "http://hl7.org/fhir/StructureDefinition/goal-acceptance"
* extension[=].extension[0].url = "individual"
* extension[=].extension[0].valueReference.reference = "Patient/rosa"
* extension[=].extension[1].url = "status"
* extension[=].extension[1].valueCode = #agree
* extension[=].extension[2].url = "priority"
* extension[=].extension[2].valueCodeableConcept = http://terminology.hl7.org/CodeSystem/goal-priority#high-priority
* lifecycleStatus = #accepted
* description = https://carefhir.org/fhir/CodeSystem/care-goal#a1c "A1c in its range"
* description.text = "A1c below 8 percent. The prescriber signs the target."
* insert Rosa(subject)
* startDate = "2026-03-09"
* statusDate = "2026-03-09"
* target.measure = LNC#4548-4
* target.detailQuantity = 8.0 '%' "%"
* target.detailQuantity.comparator = #<
* target.dueDate = "2026-09-05"
* expressedBy.reference = "Practitioner/nurse"
* addresses.reference = "Condition/rosa-diabetes"

Instance: service-request
InstanceOf: CarefhirServiceRequest
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000103)
* insert OfClass(order, goal)
* status = #draft
* intent = #plan
* priority = #routine
* code = https://carefhir.org/fhir/CodeSystem/care-item#eye-exam-referral "eye exam"
* code.text = "Referral: dilated eye exam"
* insert Rosa(subject)
* occurrencePeriod.start = "2026-03-09"
* occurrencePeriod.end = "2026-06-07"
* authoredOn = "2026-03-09T10:40:00-05:00"
* requester.reference = "Practitioner/nurse"
* performer.reference = "Practitioner/physician"
* reasonReference.reference = "Condition/rosa-diabetes"
* note.text = "For: type 2 diabetes. By: supervising provider. Takes effect: as an order."

Instance: device-request
InstanceOf: CarefhirDeviceRequest
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000104)
* insert OfClass(order, goal)
* status = #draft
* intent = #plan
* priority = #urgent
* codeCodeableConcept = https://carefhir.org/fhir/CodeSystem/care-item#scale "scale"
* codeCodeableConcept.text = "A scale at home"
* insert Rosa(subject)
* occurrencePeriod.start = "2026-03-09"
* occurrencePeriod.end = "2026-03-12"
* authoredOn = "2026-03-09T10:40:00-05:00"
* requester.reference = "Practitioner/nurse"
* performer.reference = "Practitioner/physician"
* reasonReference.reference = "Condition/rosa-heart-failure"
* note.text = "For: heart failure. By: supervising provider. Takes effect: as an order."

Instance: communication-request
InstanceOf: CarefhirCommunicationRequest
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000105)
* insert OfClass(now, goal)
* status = #draft
* priority = #routine
* category = https://carefhir.org/fhir/CodeSystem/care-item#action-plan-heart-failure "action plan: heart failure"
* category.text = "The zones on one page"
* insert Rosa(subject)
* payload.contentString = "Send the page with the zones. For: heart failure. By: care manager. Takes effect: with the patient's agreement."
* occurrencePeriod.start = "2026-03-09"
* occurrencePeriod.end = "2026-03-16"
* authoredOn = "2026-03-09T10:40:00-05:00"
* requester.reference = "Practitioner/nurse"
* recipient.reference = "Patient/rosa"
* sender.reference = "Practitioner/nurse"
* reasonReference.reference = "Condition/rosa-heart-failure"

Instance: planned-visit
InstanceOf: CarefhirPlannedVisit
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000106)
* insert OfClass(now, goal)
* status = #proposed
* serviceType = https://carefhir.org/fhir/CodeSystem/care-item#follow-up-visit "visit after discharge"
* serviceType.text = "Visit within 7 days of discharge"
* reasonReference.reference = "Condition/rosa-heart-failure"
* description = "Visit within 7 days of discharge"
* created = "2026-03-09T10:40:00-05:00"
* comment = "For: heart failure. By: care manager. Takes effect: with the patient's agreement."
* participant[0].actor.reference = "Patient/rosa"
* participant[0].status = #accepted
* participant[1].actor.reference = "Practitioner/nurse"
* participant[1].status = #needs-action
* requestedPeriod.start = "2026-03-09"
* requestedPeriod.end = "2026-03-13"

Instance: contradiction
InstanceOf: CarefhirContradiction
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000107)
* status = #final
* code = https://carefhir.org/fhir/CodeSystem/contradiction#food-insecurity-lows "too little food, lows"
* code.text = "Too little food, and a medicine that lowers glucose"
* insert Rosa(patient)
* identifiedDateTime = "2026-03-09T10:40:00-05:00"
* author.reference = "Practitioner/nurse"
* implicated[0].reference = "CarePlan/care-plan"
* implicated[1].reference = "Condition/rosa-food"
* implicated[2].reference = "MedicationRequest/rosa-glargine"
* detail = "Food may run out, and insulin lowers glucose whether or not the person eats."
* mitigation.action.text = "Glargine lowered to 20 units until the food program has begun."
* mitigation.date = "2026-03-10T09:00:00-05:00"
* mitigation.author.reference = "Practitioner/physician"
