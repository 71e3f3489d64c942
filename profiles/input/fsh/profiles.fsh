// What the steps write, as profiles on base R4. They say only what must be there: a server may add more.

Profile: CarefhirEpisodeOfCare
Parent: EpisodeOfCare
Id: carefhir-episode-of-care
Title: "Enrollment in a program"
Description: "One person's time in one program, with the care manager who is responsible."
* insert Definitional
* identifier 1..*
* type 1..*
* type ^slicing.discriminator.type = #value
* type ^slicing.discriminator.path = "$this"
* type ^slicing.rules = #open
* type contains program 1..1 and billing 0..1
* type[program] from CareProgramCodes (required)
* type[billing] from BillingProgramCodes (required)
* extension contains Pause named pause 0..1 and Case named case 0..1 and Leaving named leaving 0..1
* period 1..1
* period.start 1..1
* careManager 1..1

Extension: Pause
Id: pause
Title: "Pause"
Description: "A program is paused: since when, and why. Removed when the program is resumed."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "EpisodeOfCare"
* extension contains since 1..1 and reason 1..1
* extension[since].value[x] only dateTime
* extension[reason].value[x] only string

Invariant: team-complete
Description: "The team has a care manager or a case manager, and a supervising provider."
Severity: #error
Expression: "participant.where(role.coding.where(system = 'https://carefhir.org/fhir/CodeSystem/care-team-role' and (code = 'care-manager' or code = 'case-manager')).exists()).exists() and participant.where(role.coding.where(system = 'https://carefhir.org/fhir/CodeSystem/care-team-role' and code = 'supervising-provider').exists()).exists()"

Profile: CarefhirCareTeam
Parent: CareTeam
Id: carefhir-care-team
Title: "Care team of a program"
Description: "One care manager as the single point of contact, one supervising provider, and everyone else who helps."
* insert Definitional
* obeys team-complete
* identifier 1..*
* status 1..1
* subject 1..1
* participant 1..*
* participant.role 1..1
* insert OurCode(participant.role, care-team-role, CareTeamRoleCodes)
* participant.member 1..1
* participant.extension contains DisciplineOfMember named discipline 0..1 and CoveringFor named coveringFor 0..1 and HelpsWith named helpsWith 0..*

Profile: CarefhirConsent
Parent: Consent
Id: carefhir-consent
Title: "Consent to a program"
Description: "That the person agreed to a program, when, and in which form."
* insert Definitional
* identifier 1..*
* patient 1..1
* dateTime 1..1
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains form 1..1
* category[form] from ConsentFormCodes (required)

Profile: CarefhirTask
Parent: Task
Id: carefhir-task
Title: "Care task"
Description: "A piece of work with an owner and a day it is due. restriction.period.end is the due day, a plain local date; a meta.tag of system https://carefhir.org/fhir/sid/due may repeat it for searches."
* insert Definitional
* extension contains NotBy named notBy 0..*
* identifier 1..*
* intent = #order
* code 1..1
* code from CareTaskCodes (required)
* businessStatus from CareTaskStateCodes (required)
* description 1..1
* for 1..1
* owner 1..1
* requester 1..1
* authoredOn 1..1
* restriction 1..1
* restriction.period 1..1
* restriction.period.start 1..1
* restriction.period.end 1..1

Profile: CarefhirQuestionnaireResponse
Parent: QuestionnaireResponse
Id: carefhir-questionnaire-response
Title: "Recorded response"
Description: "A response as recorded: whose it is, to which Questionnaire, and when."
* insert Definitional
* questionnaire 1..1
* subject 1..1
* subject only Reference(Patient)
* authored 1..1
* item 1..*

Profile: CarefhirScore
Parent: Observation
Id: carefhir-score
Title: "Score"
Description: "A score computed from a response, with its band as interpretation. With a missing answer there is no score, so a score always has a value."
* insert Definitional
* identifier 1..*
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* value[x] 1..1
* dataAbsentReason 0..0
* interpretation 1..1
* interpretation from ScoreBandCodes (required)
* derivedFrom 1..*

Profile: CarefhirConcern
Parent: Condition
Id: carefhir-concern
Title: "Concern from a screen"
Description: "What a screen found: a social need as an unconfirmed condition with its codes, or a positive screen without any diagnosis code. A person confirms or dismisses it."
* insert Definitional
* identifier 1..*
* verificationStatus 1..1
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains concern 1..1
* category[concern] = USCONDCAT#health-concern
* code 1..1
* subject only Reference(Patient)
* evidence 1..*

Profile: CarefhirFlag
Parent: Flag
Id: carefhir-flag
Title: "Safety flag"
Description: "A finding that everyone who opens the record must see."
* insert Definitional
* identifier 1..*
* category 1..*
* code from FindingCodes (required)
* subject only Reference(Patient)
* period 1..1
* period.start 1..1

Profile: CarefhirRiskAssessment
Parent: RiskAssessment
Id: carefhir-risk-assessment
Title: "Risk at discharge"
Description: "A risk index for one stay, each input cited. With a missing input it holds a range, never a guess."
* insert Definitional
* identifier 1..*
* method 1..1
* method from AssessmentMethodCodes (required)
* subject only Reference(Patient)
* encounter 1..1
* occurrence[x] 1..1
* basis 1..*
* extension contains Lace named lace 0..1 and Hospital named hospital 0..1

Profile: CarefhirReceipt
Parent: Provenance
Id: carefhir-receipt
Title: "Receipt of an act"
Description: "Who did what, why, and from what it was decided. Its act tag says that the act is done: a run that finds it does nothing."
* insert Definitional
* meta 1..1
* meta.tag 1..*
* meta.tag ^slicing.discriminator.type = #value
* meta.tag ^slicing.discriminator.path = "system"
* meta.tag ^slicing.rules = #open
* meta.tag contains act 1..1 and step 0..1
* meta.tag[step].system 1..1
* meta.tag[step].system = "https://carefhir.org/fhir/sid/step-name" (exactly)
* meta.tag[step].code 1..1
* meta.tag[act].system 1..1
* meta.tag[act].system = "https://carefhir.org/fhir/sid/act" (exactly)
* meta.tag[act].code 1..1
* target 1..*
* recorded 1..1
* agent 1..*
* agent.who 1..1
* agent.extension contains DisciplineOfMember named discipline 0..1
* entity 1..*
