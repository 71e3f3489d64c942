// What monitoring writes, as profiles on base R4.

Profile: CarefhirCheckInTriage
Parent: Observation
Id: carefhir-check-in-triage
Title: "Result of a check-in"
Description: "The color of a check-in, a note for each reason, and the response it is based on. A lower color given by a provider is a second Observation, derived from the first."
* insert Definitional
* identifier 1..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* code = CHECKIN#triage
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from CheckInTriageCodes (required)
* dataAbsentReason 0..0
* derivedFrom 1..*

Profile: CarefhirGivenNumber
Parent: Observation
Id: carefhir-given-number
Title: "Number given in a check-in"
Description: "A weight, blood pressure, heart rate or glucose as given in a check-in: who measured it, when, and the response it is from."
* insert Definitional
* identifier 1..*
* category 1..*
* code 1..1
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* derivedFrom 1..*
* value[x] only Quantity
* valueQuantity.value 1..1
* valueQuantity.system 1..1
* valueQuantity.system = "http://unitsofmeasure.org" (exactly)
* valueQuantity.code 1..1
* obeys something-measured

Invariant: something-measured
Description: "There is a number, in the Observation or in one of its components."
Severity: #error
Expression: "value.exists() or component.value.exists()"

Profile: CarefhirEvaluatedGoal
Parent: Goal
Id: carefhir-evaluated-goal
Title: "Evaluated goal"
Description: "A goal that was judged by its readings: its achievement status, the readings it is based on, and the rule as a note."
* insert Definitional
* identifier 1..*
* achievementStatus 1..1
* subject only Reference(Patient)
* outcomeReference 1..*
* note 1..*
* note.author[x] 1..1
* note.time 1..1

Profile: CarefhirDecidedIssue
Parent: DetectedIssue
Id: carefhir-decided-issue
Title: "Decided issue"
Description: "Conflicting advice or a difference that a person has decided: what was decided, by whom, and when."
* insert Definitional
* identifier 1..*
* patient 1..1
* patient only Reference(Patient)
* obeys final-says-what
* mitigation.date 1..1
* mitigation.author 1..1

Invariant: final-says-what
Description: "A final issue says what was decided."
Severity: #error
Expression: "status = 'final' implies mitigation.exists()"
