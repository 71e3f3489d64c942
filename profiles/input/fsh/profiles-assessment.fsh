// What an assessment writes: conclusions, the tier, and a problem that a provider has confirmed.

Profile: CarefhirConclusion
Parent: Observation
Id: carefhir-conclusion
Title: "Conclusion of a domain"
Description: "The conclusion for one domain of an assessment, in words: by whom, when, and from what."
* insert Definitional
* identifier 1..*
* status = #final
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* insert OurCode(code, assessment-domain, AssessmentDomainCodes)
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* value[x] 1..1
* value[x] only string
* component.code from FunctionLossCodes (required)
* component.value[x] 1..1
* component.value[x] only integer

Invariant: tier-told-twice
Description: "The tier in the extension equals the predicted outcome."
Severity: #error
Expression: "prediction.outcome.coding.where(system = 'https://carefhir.org/fhir/CodeSystem/care-tier').code = extension.where(url = 'https://carefhir.org/fhir/StructureDefinition/tier').extension.where(url = 'tier').value"

Invariant: tier-final-or-taken-back
Description: "A tier is final, or was entered in error."
Severity: #error
Expression: "status = 'final' or status = 'entered-in-error'"

Profile: CarefhirTier
Parent: RiskAssessment
Id: carefhir-tier
Title: "Tier of care"
Description: "How much care management a person needs, by rules or by a person, every input cited. 'At least' if something it depends on is not known."
* insert Definitional
* obeys tier-told-twice and tier-final-or-taken-back
* identifier 1..*
* method 1..1
* method = METHOD#care-tier
* subject only Reference(Patient)
* occurrence[x] 1..1
* performer 1..1
* basis 1..*
* prediction 1..1
* prediction.outcome 1..1
* prediction.outcome from CareTierCodes (required)
* prediction.rationale 1..1
* extension contains TierExtension named tier 1..1

Profile: CarefhirProblem
Parent: Condition
Id: carefhir-problem
Title: "Confirmed problem"
Description: "A diagnosis that a provider has confirmed. Its evidence is the concern it began as."
* insert Definitional
* identifier 1..*
* clinicalStatus 1..1
* verificationStatus 1..1
* verificationStatus = VERIFICATION#confirmed
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains problem 1..1
* category[problem] = CONDCAT#problem-list-item
* code 1..1
* code.coding 1..*
* code.text 1..1
* subject only Reference(Patient)
* asserter 1..1
* evidence 1..*
* evidence.detail 1..*
