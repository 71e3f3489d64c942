// One example of everything monitoring writes, around the imaginary person Rosa.

Instance: check-in-triage
InstanceOf: CarefhirCheckInTriage
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000101)
* status = #final
* category[survey] = OBSCAT#survey "Survey"
* code = CHECKIN#triage "check-in triage"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T10:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* valueCodeableConcept = COLOR#red-urgent "red, urgent"
* valueCodeableConcept.text = "red, urgent"
* note.text = "red-urgent: The weight rule, and worse breath, orthopnea or swelling (weight-and-congestion)"
* derivedFrom.reference = "QuestionnaireResponse/rosa-check-in"

Instance: given-weight
InstanceOf: CarefhirGivenNumber
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000102)
* status = #final
* category = OBSCAT#vital-signs "Vital Signs"
* code = LNC#29463-7
* code.text = "Body weight"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T10:00:00-05:00"
* insert Rosa(performer)
* valueQuantity = 183.4 '[lb_av]' "lb"
* derivedFrom.reference = "QuestionnaireResponse/rosa-check-in"

Instance: given-pressure
InstanceOf: CarefhirGivenNumber
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000103)
* status = #final
* category = OBSCAT#vital-signs "Vital Signs"
* code = LNC#85354-9
* code.text = "Blood pressure"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T10:00:00-05:00"
* insert Rosa(performer)
* component[0].code = LNC#8480-6
* component[0].valueQuantity = 112 'mm[Hg]' "mmHg"
* component[1].code = LNC#8462-4
* component[1].dataAbsentReason = http://terminology.hl7.org/CodeSystem/data-absent-reason#unknown "Unknown"
* derivedFrom.reference = "QuestionnaireResponse/rosa-check-in"

Instance: evaluated-goal
InstanceOf: CarefhirEvaluatedGoal
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000104)
* lifecycleStatus = #active
* achievementStatus = http://terminology.hl7.org/CodeSystem/goal-achievement#improving
* description = CAREGOAL#a1c "A1c in its range"
* description.text = "A1c in its range"
* insert Rosa(subject)
* startDate = "2026-03-09"
* target.measure = LNC#4548-4
* target.detailQuantity = 8.0 '%' "%"
* target.detailQuantity.comparator = #<
* note.authorReference.reference = "Practitioner/nurse"
* note.time = "2026-06-08T10:00:00-05:00"
* note.text = "A1c in its range: improving. 8.6 % (2026-03-02) to 8 % (2026-06-08), target < 8 %. A change of 0.5 % or more counts"
* outcomeReference[0].reference = "Observation/rosa-a1c"
* outcomeReference[1].reference = "Observation/rosa-a1c-june"

Instance: decided-issue
InstanceOf: CarefhirDecidedIssue
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000105)
* status = #final
* code.text = "Food insecurity and insulin or a sulfonylurea"
* insert Rosa(patient)
* identifiedDateTime = "2026-03-09T10:00:00-05:00"
* author.reference = "Practitioner/nurse"
* implicated.reference = "MedicationRequest/rosa-glipizide"
* detail = "Meals are skipped while glipizide is taken."
* mitigation.action.text = "Glipizide halved until food is secure"
* mitigation.date = "2026-03-09T15:00:00-05:00"
* mitigation.author.reference = "Practitioner/physician"
