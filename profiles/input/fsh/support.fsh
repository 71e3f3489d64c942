// Who helps a person: who they are to them, what they help with, and what they may know by the person's word.

RuleSet: Relation(code, display, definition, role, proxy)
* #{code} {display} {definition}
* #{code} ^property[0].code = #role
* #{code} ^property[0].valueString = {role}
* #{code} ^property[1].code = #proxy
* #{code} ^property[1].valueBoolean = {proxy}

CodeSystem: HelperRelationship
Id: helper-relationship
Title: "Who a helper is to the person"
Description: "Who a helper is to the person, each with its code in HL7's RoleCode; some of them may speak for the person."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/helper-relationship"
* insert Sourced(^, K, [["HL7 v3 RoleCode, the codes that R4's value set of patient relationships draws on: from general knowledge. Who may speak for a person: state law says; a site may change it."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/helper-relationship"
* ^property[0].code = #role
* ^property[0].type = #string
* ^property[0].description = "Its code in http://terminology.hl7.org/CodeSystem/v3-RoleCode; a hyphen where there is none"
* ^property[1].code = #proxy
* ^property[1].type = #boolean
* ^property[1].description = "Whether it says that they may speak for the person, so that it stays on record when they no longer help"
* insert Relation(daughter, "daughter", [["A daughter of the person."]], "DAUC", false)
* insert Relation(son, "son", [["A son of the person."]], "SONC", false)
* insert Relation(spouse, "spouse", [["Married to the person."]], "SPS", false)
* insert Relation(partner, "domestic partner", [["Lives with the person as a partner."]], "DOMPART", false)
* insert Relation(parent, "parent", [["Mother or father of the person."]], "PRN", false)
* insert Relation(sibling, "sibling", [["Sister or brother of the person."]], "SIB", false)
* insert Relation(grandchild, "grandchild", [["A grandchild of the person."]], "GRNDCHILD", false)
* insert Relation(other-family, "another relative", [["Another member of the family."]], "FAMMEMB", false)
* insert Relation(friend, "friend", [["A friend."]], "FRND", false)
* insert Relation(neighbor, "neighbor", [["Somebody next door."]], "NBOR", false)
* insert Relation(paid-helper, "paid helper", [["An aide who is paid by the person or the family."]], "-", false)
* insert Relation(guardian, "guardian", [["Appointed by a court."]], "GUARD", true)
* insert Relation(health-care-proxy, "health care power of attorney", [["Named by the person to decide about health care when they cannot."]], "HPOWATT", true)
* insert Relation(power-of-attorney, "power of attorney", [["Named by the person to act for them in other matters, such as money."]], "POWATT", true)

ValueSet: HelperRelationshipCodes
Id: helper-relationship
Title: "Who a helper is to the person: all codes"
Description: "Every code of who a helper is to the person."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/helper-relationship"
* include codes from system HelperRelationship

CodeSystem: HelpGiven
Id: help-given
Title: "What a helper helps with"
Description: "What somebody does for the person at home."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/help-given"
* insert Sourced(^, D, [["Our default: what people are asked about when a plan counts on somebody at home."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/help-given"
* #medicines "medicines" "Sets them up, reminds, fetches them."
* #visits "visits" "Takes them there, or goes along."
* #meals "meals" "Shops, cooks, brings food."
* #personal-care "personal care" "Washing, dressing, getting about."
* #household "household" "Cleaning, laundry, repairs."
* #measuring "measuring" "Weighs them, takes blood pressure or glucose, writes it down."
* #equipment "equipment" "Oxygen, a walker, a bed."
* #money "money and papers" "Bills, insurance, forms."
* #company "company" "Looks in, calls, keeps them company."

ValueSet: HelpGivenCodes
Id: help-given
Title: "What a helper helps with: all codes"
Description: "Every code of what a helper helps with."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/help-given"
* include codes from system HelpGiven

CodeSystem: MayKnow
Id: may-know
Title: "What a helper may know"
Description: "What the person allows a helper to know. None of it includes what is restricted: violence, substance use and the like are never shared with a helper."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/may-know"
* insert Sourced(^, D, [["Our default. That restricted findings stay out of shared plans and caregivers' Tasks: clinical practice, rule 4. That a caregiver owns Tasks only where a Consent permits: workflows, the care team."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/may-know"
* #plan "the plan" "The goals, what is done for them and who does it."
* #medicines "the medicines" "What is taken, and how."
* #visits "the visits" "Visits to come, when and where."
* #condition "how the person is" "Check-ins, measurements, symptoms, results."
* #tasks "what they are asked to do" "They may be given Tasks, and know what is in them."

ValueSet: MayKnowCodes
Id: may-know
Title: "What a helper may know: all codes"
Description: "Every code of what a helper may know."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/may-know"
* include codes from system MayKnow

CodeSystem: SupportAnswer
Id: support-answer
Title: "Answers about who helps"
Description: "The question who helps the person at home, and an answer that names nobody. It says nothing of who lives with them."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/support-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/support-answer"
* #who-helps "who helps at home" "Who helps the person at home, as they say."
* #nobody-helps "nobody helps" "The person was asked, and says that nobody helps them."

ValueSet: SupportAnswerCodes
Id: support-answer
Title: "Answers about who helps: all codes"
Description: "Every code of answers about who helps."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/support-answer"
* include codes from system SupportAnswer

Extension: HelpsWith
Id: helps-with
Title: "Helps with"
Description: "What a member of the care team who is no professional does for the person at home."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "CareTeam.participant"
* value[x] only CodeableConcept
* valueCodeableConcept 1..1
* valueCodeableConcept from HelpGivenCodes (required)

Profile: CarefhirHelper
Parent: RelatedPerson
Id: carefhir-helper
Title: "Helper"
Description: "Somebody who helps a person at home: who they are to them, and how to reach them. What they help with stands in the care team, what they may know in a Consent."
* insert Definitional
* identifier 1..*
* active 1..1
* name 1..*
* relationship 1..*
* period 1..1
* period.start 1..1

Profile: CarefhirSharingConsent
Parent: Consent
Id: carefhir-sharing-consent
Title: "What a helper may know"
Description: "The person's word on what one helper may know. A provision that permits holds the topics allowed, and a provision within it denies the others; one that denies without a topic allows nothing."
* insert Definitional
* identifier 1..*
* patient 1..1
* dateTime 1..1
* performer 1..1
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains form 1..1
* category[form] from ConsentFormCodes (required)
* provision 1..1
* provision.type 1..1
* provision.actor 1..1
* provision.code from MayKnowCodes (required)

Profile: CarefhirSupportAnswer
Parent: Observation
Id: carefhir-support-answer
Title: "Nobody helps"
Description: "The person was asked who helps them at home, and says nobody does: when, and who recorded it. It is never taken from a record that names nobody."
* insert Definitional
* identifier 1..*
* status = #final
* code from SupportAnswerCodes (required)
* subject 1..1
* effective[x] 1..1
* effective[x] only dateTime
* performer 1..*
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from SupportAnswerCodes (required)

Instance: helper
InstanceOf: CarefhirHelper
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000911)
* active = true
* insert Rosa(patient)
* relationship[+] = HELPERRELATIONSHIP#daughter "daughter"
* relationship[=].coding[+] = http://terminology.hl7.org/CodeSystem/v3-RoleCode#DAUC
* name.text = "Elena Marquez"
* telecom.system = #phone
* telecom.value = "+1-555-0131"
* period.start = "2026-03-09T09:00:00-05:00"

Instance: sharing-consent
InstanceOf: CarefhirSharingConsent
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000912)
* status = #active
* scope = http://terminology.hl7.org/CodeSystem/consentscope#patient-privacy
* category[form] = CONSENTFORM#verbal "verbal"
* category[1] = ACT#IDSCL
* insert Rosa(patient)
* dateTime = "2026-03-09T09:00:00-05:00"
* performer.reference = "Patient/rosa"
* policyRule.text = "What Elena Marquez may know: the plan, the visits"
* provision.type = #permit
* provision.period.start = "2026-03-09T09:00:00-05:00"
* provision.actor.role = http://terminology.hl7.org/CodeSystem/v3-ParticipationType#IRCP
* provision.actor.reference.reference = "RelatedPerson/helper"
* provision.code[+] = MAYKNOW#plan "the plan"
* provision.code[+] = MAYKNOW#visits "the visits"
* provision.provision.type = #deny
* provision.provision.actor.role = http://terminology.hl7.org/CodeSystem/v3-ParticipationType#IRCP
* provision.provision.actor.reference.reference = "RelatedPerson/helper"
* provision.provision.code[+] = MAYKNOW#medicines "the medicines"
* provision.provision.code[+] = MAYKNOW#condition "how the person is"
* provision.provision.code[+] = MAYKNOW#tasks "what they are asked to do"

Instance: support-answer
InstanceOf: CarefhirSupportAnswer
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000913)
* status = #final
* category = OBSCAT#social-history
* code = SUPPORTANSWER#who-helps "who helps at home"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T09:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* valueCodeableConcept = SUPPORTANSWER#nobody-helps "nobody helps"

Instance: care-team-with-helper
InstanceOf: CarefhirCareTeam
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000914)
* status = #active
* name = "Care team, care management"
* insert Rosa(subject)
* insert Member(care-manager, "care manager", Practitioner/nurse)
* insert Knows(registered-nurse, "registered nurse")
* insert Member(supervising-provider, "supervising provider", Practitioner/physician)
* insert Knows(physician, "physician")
* insert Member(caregiver, "caregiver", RelatedPerson/helper)
* participant[=].extension[helpsWith].valueCodeableConcept = HELPGIVEN#medicines "medicines"
* participant[=].period.start = "2026-03-09T09:00:00-05:00"

Instance: support-in-doubt
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(support-in-doubt, SupportInDoubt, "Work when help at home is in doubt")
* description = "What follows when a helper says that it is too much for them, or when the last helper on record helps no more. Read by record-support."
* insert Act(confirm-support, "Confirm support", [["Ask who helps now, what would ease it for them, and what they may know. Record it with record-support."]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Within five business days: our default. Nothing here is a finding about the helper: they are not the patient."]])
* insert Param(helper-adult-years, 18, D, [["Somebody younger by the birth date on record is given no Tasks: our default."]])
