// One example of everything an assessment writes, around the imaginary person Rosa.

Instance: conclusion
InstanceOf: CarefhirConclusion
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000101)
* status = #final
* category[survey] = OBSCAT#survey "Survey"
* code = DOMAIN#function "function"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T11:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* valueString = "Walks with a frame; needs help with bathing."
* derivedFrom.reference = "QuestionnaireResponse/rosa-phq-9"
* component[+].code = FUNCTIONLOSS#adl "activities of daily living"
* component[=].valueInteger = 1
* component[+].code = FUNCTIONLOSS#iadl "instrumental activities of daily living"
* component[=].valueInteger = 2

Instance: tier
InstanceOf: CarefhirTier
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000102)
* status = #final
* extension[tier].extension[tier].valueCode = #high
* extension[tier].extension[atLeast].valueBoolean = false
* extension[tier].extension[category][+].valueCode = #A
* extension[tier].extension[category][+].valueCode = #B
* extension[tier].extension[category][+].valueCode = #C
* extension[tier].extension[category][+].valueCode = #D
* extension[tier].extension[byRule].valueCode = #high
* extension[tier].extension[setBy].valueCode = #rules
* status = #final
* method = METHOD#care-tier "care tier"
* insert Rosa(subject)
* occurrenceDateTime = "2026-03-09T11:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* basis[+].reference = "Observation/score"
* basis[+].reference = "Encounter/rosa-stay"
* basis[+].reference = "Condition/rosa-heart-failure"
* basis[+].reference = "Condition/concern"
* prediction.outcome = CARETIER#high "high"
* prediction.outcome.text = "high"
* prediction.rationale = "A: PHQ-9 is 10 or more; B: unplanned stay in 90 days; C: three or more chronic conditions; D: social need; high: three or more of A to D"

Instance: problem
InstanceOf: CarefhirProblem
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000103)
* clinicalStatus = CLINICAL#active
* verificationStatus = VERIFICATION#confirmed
* category[problem] = CONDCAT#problem-list-item
* code.coding = ICD10CM#F33.1
* code.text = "Major depressive disorder, recurrent, moderate"
* insert Rosa(subject)
* recordedDate = "2026-03-10T09:00:00-05:00"
* recorder.reference = "Practitioner/physician"
* asserter.reference = "Practitioner/physician"
* evidence.detail.reference = "Condition/concern"
