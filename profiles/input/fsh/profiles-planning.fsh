// What care planning writes, as profiles on base R4: the plan, its goals, its items of four types (the fifth is the care
// task), and conflicting advice.

Profile: CarefhirCarePlan
Parent: CarePlan
Id: carefhir-care-plan
Title: "Care plan"
Description: "One plan of one program: a draft until a provider signs it. It links goals and items, and copies nothing."
* insert Definitional
* identifier 1..*
* intent = #plan
* category 1..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains assessPlan 1..1
* category[assessPlan] = http://hl7.org/fhir/us/core/CodeSystem/careplan-category#assess-plan
* title 1..1
* subject only Reference(Patient)
* period 1..1
* period.start 1..1
* created 1..1
* author 1..1
* supportingInfo 1..*
* activity.detail 0..0
* note 1..*

Invariant: coded-by-us
Description: "Where a goal is coded, one of its codes is ours: by that a plan knows it again."
Severity: #error
Expression: "coding.exists() implies coding.where(system = 'https://carefhir.org/fhir/CodeSystem/care-goal').exists()"

Profile: CarefhirGoal
Parent: Goal
Id: carefhir-goal
Title: "Goal"
Description: "A goal of a plan, in words: coded if a pathway asked for it, in the person's own words if they set it."
* insert Definitional
* identifier 1..*
* description.text 1..1
* description obeys coded-by-us
* description.coding ^slicing.discriminator.type = #value
* description.coding ^slicing.discriminator.path = "system"
* description.coding ^slicing.rules = #open
* description.coding contains ours 0..1
* description.coding[ours].system 1..1
* description.coding[ours].system = "https://carefhir.org/fhir/CodeSystem/care-goal" (exactly)
* description.coding[ours] from CareGoalCodes (required)
* subject only Reference(Patient)
* start[x] 1..1
* expressedBy 1..1

RuleSet: PlanItem
* identifier 1..*
* extension contains ItemClassExtension named itemClass 1..1

Profile: CarefhirServiceRequest
Parent: ServiceRequest
Id: carefhir-service-request
Title: "Service of a plan"
Description: "A service, a test or a referral that a plan asks for. As part of a plan it is not an order: only the prescriber places orders."
* insert Definitional
* insert PlanItem
* intent = #plan
* code 1..1
* insert OurCode(code, care-item, CareItemCodes)
* subject only Reference(Patient)
* occurrence[x] 1..1
* requester 1..1
* performer 1..*
* note 1..*

Profile: CarefhirDeviceRequest
Parent: DeviceRequest
Id: carefhir-device-request
Title: "Equipment of a plan"
Description: "Equipment that a plan asks for. As part of a plan it is not an order: only the prescriber places orders."
* insert Definitional
* insert PlanItem
* intent = #plan
* status 1..1
* code[x] only CodeableConcept
* insert OurCode(codeCodeableConcept, care-item, CareItemCodes)
* subject only Reference(Patient)
* occurrence[x] 1..1
* requester 1..1
* performer 1..1
* note 1..*

Profile: CarefhirCommunicationRequest
Parent: CommunicationRequest
Id: carefhir-communication-request
Title: "Message of a plan"
Description: "Something that a plan wants to tell or send to the person."
* insert Definitional
* insert PlanItem
* category 1..1
* insert OurCode(category, care-item, CareItemCodes)
* subject 1..1
* subject only Reference(Patient)
* payload 1..*
* occurrence[x] 1..1
* recipient 1..*
* sender 1..1

Profile: CarefhirPlannedVisit
Parent: Appointment
Id: carefhir-planned-visit
Title: "Visit of a plan"
Description: "A visit that a plan asks for, within a time window; it stays proposed until it has a time of day."
* insert Definitional
* insert PlanItem
* serviceType 1..1
* insert OurCode(serviceType, care-item, CareItemCodes)
* requestedPeriod 1..1
* requestedPeriod.start 1..1
* requestedPeriod.end 1..1
* participant.actor 1..1

Profile: CarefhirContradiction
Parent: DetectedIssue
Id: carefhir-contradiction
Title: "Conflicting advice"
Description: "Two conflicting pieces of advice in one plan. Preliminary until a person has decided; the mitigation then says what."
* insert Definitional
* identifier 1..*
* code 1..1
* code from ContradictionCodes (required)
* code.text 1..1
* patient 1..1
* patient only Reference(Patient)
* identified[x] 1..1
* author 1..1
* implicated 1..*
* detail 1..1
* mitigation.date 1..1
* mitigation.author 1..1
* obeys decided-with-words

Invariant: decided-with-words
Description: "A final issue about conflicting advice says what was decided."
Severity: #error
Expression: "status = 'final' implies mitigation.exists()"
