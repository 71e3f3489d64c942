// One example of everything the steps write, around the imaginary person Rosa.

RuleSet: Stepped(part)
* identifier.system = "https://carefhir.org/fhir/sid/step"
* identifier.value = "{part}"

RuleSet: Rosa(path)
* {path}.reference = "Patient/rosa"

Instance: episode-of-care
InstanceOf: CarefhirEpisodeOfCare
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000001)
* status = #active
* type = PROGRAM#care-management "care management"
* insert Rosa(patient)
* period.start = "2026-03-09"
* careManager.reference = "Practitioner/nurse"
* team.reference = "CareTeam/care-team"

RuleSet: Member(role, label, member)
* participant[+].role = TEAMROLE#{role} {label}
* participant[=].member.reference = "{member}"

RuleSet: Knows(code, label)
* participant[=].extension[discipline].valueCoding = DISCIPLINE#{code} {label}

Instance: care-team
InstanceOf: CarefhirCareTeam
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000002)
* status = #active
* name = "Care team, care management"
* insert Rosa(subject)
* insert Member(care-manager, "care manager", Practitioner/nurse)
* insert Knows(registered-nurse, "registered nurse")
* insert Member(supervising-provider, "supervising provider", Practitioner/physician)
* insert Knows(physician, "physician")
* insert Member(patient, "patient", Patient/rosa)

Instance: consent
InstanceOf: CarefhirConsent
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000003)
* status = #active
* scope = http://terminology.hl7.org/CodeSystem/consentscope#treatment
* category[form] = CONSENTFORM#verbal "verbal"
* insert Rosa(patient)
* dateTime = "2026-03-09T10:05:00-05:00"
* performer.reference = "Patient/rosa"
* policyRule.text = "Care management: what it is, that one practice provides it in a month, and that she may stop at any time, was explained."

Instance: task
InstanceOf: CarefhirTask
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000004)
* meta.tag.system = "https://carefhir.org/fhir/sid/due"
* meta.tag.code = #2026-03-10
* status = #requested
* businessStatus = TASKSTATE#waiting "waiting"
* intent = #order
* code = CARETASK#contact-patient "contact the patient"
* description = "Call Rosa by Tuesday, March 10. Ask how she is, what changed with her medicines, what she still needs."
* insert Rosa(for)
* focus.reference = "Encounter/rosa-stay"
* authoredOn = "2026-03-09T10:10:00-05:00"
* requester.reference = "Practitioner/nurse"
* owner.reference = "Practitioner/nurse"
* restriction.period.start = "2026-03-06"
* restriction.period.end = "2026-03-10"

Instance: questionnaire-response
InstanceOf: CarefhirQuestionnaireResponse
Usage: #example
* identifier.system = "https://carefhir.org/fhir/sid/example"
* identifier.value = "rosa-hvs-recorded"
* questionnaire = "https://carefhir.org/fhir/Questionnaire/hunger-vital-sign|0.1.0"
* status = #completed
* insert Rosa(subject)
* authored = "2026-03-09T10:20:00-05:00"
* insert Rosa(source)
* item[+].linkId = "88122-7"
* item[=].answer.valueCoding = LNC#LA6729-3 "Sometimes true"
* item[+].linkId = "88123-5"
* item[=].answer.valueCoding = LNC#LA28398-8 "Never true"

Instance: score
InstanceOf: CarefhirScore
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000005)
* status = #final
* category[survey] = OBSCAT#survey "Survey"
* code = LNC#44261-6
* code.text = "PHQ-9 total score"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T10:20:00-05:00"
* valueInteger = 14
* interpretation = BAND#moderate "moderate"
* interpretation.text = "moderate"
* derivedFrom.reference = "QuestionnaireResponse/rosa-phq-9"

Instance: concern
InstanceOf: CarefhirConcern
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000006)
* clinicalStatus = CLINICAL#active
* verificationStatus = VERIFICATION#unconfirmed
* category[concern] = USCONDCAT#health-concern
* code.coding[0] = SCT#733423003 "Food insecurity"
* code.coding[1] = ICD10CM#Z59.41 "Food insecurity"
* code.text = "food insecurity"
* insert Rosa(subject)
* recordedDate = "2026-03-09"
* evidence.detail.reference = "Observation/score"

Instance: flag
InstanceOf: CarefhirFlag
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000007)
* status = #active
* category = http://terminology.hl7.org/CodeSystem/flag-category#safety "Safety"
* code = FINDING#self-harm-item-positive "thoughts of death or self-harm"
* subject.reference = "Patient/kim"
* period.start = "2026-04-18T21:40:00-05:00"

Instance: risk-assessment
InstanceOf: CarefhirRiskAssessment
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000008)
* extension[lace].extension[total].valueInteger = 11
* extension[lace].extension[low].valueInteger = 11
* extension[lace].extension[high].valueInteger = 11
* extension[lace].extension[length].valueString = "4"
* extension[lace].extension[acuity].valueString = "3"
* extension[lace].extension[comorbidity].valueString = "3"
* extension[lace].extension[emergency].valueString = "1"
* status = #final
* method = METHOD#lace "LACE"
* insert Rosa(subject)
* encounter.reference = "Encounter/rosa-stay"
* occurrenceDateTime = "2026-03-09T10:10:00-05:00"
* basis[+].reference = "Encounter/rosa-stay"
* basis[+].reference = "Encounter/rosa-emergency"
* basis[+].reference = "Condition/rosa-diabetes"
* basis[+].reference = "Condition/rosa-heart-failure"
* prediction.outcome.text = "Death or unplanned readmission within 30 days"
* prediction.qualitativeRisk = http://terminology.hl7.org/CodeSystem/risk-probability#high

Instance: receipt
InstanceOf: CarefhirReceipt
Usage: #example
* meta.tag[act].system = "https://carefhir.org/fhir/sid/act"
* meta.tag[act].code = #3f0c7a52-4a0e-5a1b-9a51-0000000000ff
* target.reference = "EpisodeOfCare/episode-of-care"
* recorded = "2026-03-09T10:10:00-05:00"
* reason.text = "Discharged home after heart failure; several conditions."
* activity.text = "enroll"
* agent.type = http://terminology.hl7.org/CodeSystem/provenance-participant-type#author
* agent.who.reference = "Practitioner/nurse"
* agent.extension[discipline].valueCoding = DISCIPLINE#registered-nurse "registered nurse"
* entity.role = #source
* entity.what.reference = "Patient/rosa"
* entity.what.identifier.system = "https://carefhir.org/fhir/sid/version"
* entity.what.identifier.value = "Patient/rosa/_history/1"

// ---- responses to record, without a subject, so that any person fits

RuleSet: Response(instrument, key, authored)
* identifier.system = "https://carefhir.org/fhir/sid/example"
* identifier.value = "{key}"
* questionnaire = "https://carefhir.org/fhir/Questionnaire/{instrument}|0.1.0"
* status = #completed
* authored = "{authored}"

RuleSet: Answer(loinc, code, display)
* item[+].linkId = "{loinc}"
* item[=].answer.valueCoding = LNC#{code} {display}

Instance: rosa-phq-9
InstanceOf: QuestionnaireResponse
Usage: #example
* insert Response(phq-9, rosa-phq-9, 2026-03-09T09:15:00-05:00)
* insert Answer(44250-9, LA6570-1, "More than half the days")
* insert Answer(44255-8, LA6570-1, "More than half the days")
* insert Answer(44259-0, LA6570-1, "More than half the days")
* insert Answer(44254-1, LA6570-1, "More than half the days")
* insert Answer(44251-7, LA6569-3, "Several days")
* insert Answer(44258-2, LA6569-3, "Several days")
* insert Answer(44252-5, LA6570-1, "More than half the days")
* insert Answer(44253-3, LA6570-1, "More than half the days")
* insert Answer(44260-8, LA6568-5, "Not at all")
* insert Answer(69722-7, LA6573-5, "Somewhat difficult")

// For the demo: the same total, and the last item answered.
Instance: rosa-phq-9-item-9
InstanceOf: QuestionnaireResponse
Usage: #example
* insert Response(phq-9, rosa-phq-9-item-9, 2026-03-09T09:20:00-05:00)
* insert Answer(44250-9, LA6570-1, "More than half the days")
* insert Answer(44255-8, LA6570-1, "More than half the days")
* insert Answer(44259-0, LA6570-1, "More than half the days")
* insert Answer(44254-1, LA6570-1, "More than half the days")
* insert Answer(44251-7, LA6569-3, "Several days")
* insert Answer(44258-2, LA6569-3, "Several days")
* insert Answer(44252-5, LA6570-1, "More than half the days")
* insert Answer(44253-3, LA6569-3, "Several days")
* insert Answer(44260-8, LA6569-3, "Several days")
* insert Answer(69722-7, LA6573-5, "Somewhat difficult")

Instance: rosa-hunger-vital-sign
InstanceOf: QuestionnaireResponse
Usage: #example
* insert Response(hunger-vital-sign, rosa-hunger-vital-sign, 2026-03-09T09:25:00-05:00)
* insert Answer(88122-7, LA6729-3, "Sometimes true")
* insert Answer(88123-5, LA28398-8, "Never true")

Instance: kim-phq-9
InstanceOf: QuestionnaireResponse
Usage: #example
* insert Response(phq-9, kim-phq-9, 2026-04-18T21:40:00-05:00)
* insert Answer(44250-9, LA6569-3, "Several days")
* insert Answer(44255-8, LA6569-3, "Several days")
* insert Answer(44259-0, LA6569-3, "Several days")
* insert Answer(44254-1, LA6569-3, "Several days")
* insert Answer(44251-7, LA6569-3, "Several days")
* insert Answer(44258-2, LA6569-3, "Several days")
* insert Answer(44252-5, LA6569-3, "Several days")
* insert Answer(44253-3, LA6568-5, "Not at all")
* insert Answer(44260-8, LA6569-3, "Several days")
