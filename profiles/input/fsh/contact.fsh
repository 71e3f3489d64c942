// Contacts outside transitions: by which means, what a person does not want, and how to try when nobody is reached.

RuleSet: Means(code, display, definition, calls, written, medium)
* #{code} {display} {definition}
* #{code} ^property[0].code = #calls
* #{code} ^property[0].valueBoolean = {calls}
* #{code} ^property[1].code = #written
* #{code} ^property[1].valueBoolean = {written}
* #{code} ^property[2].code = #medium
* #{code} ^property[2].valueCode = #{medium}

CodeSystem: ContactMeans
Id: contact-means
Title: "Means of contact"
Description: "By which means a person is reached, and by which they do not want to be reached."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/contact-means"
* insert Sourced(^, D, [["Our default. The media are those of HL7 v3 ParticipationMode."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/contact-means"
* ^property[0].code = #calls
* ^property[0].type = #boolean
* ^property[0].description = "Whether it is a call: a Task done by calling cannot be done where the person does not want it"
* ^property[1].code = #written
* ^property[1].type = #boolean
* ^property[1].description = "Whether it is written: nobody answers at once, so it is sent, or answered later"
* ^property[2].code = #medium
* ^property[2].type = #code
* ^property[2].description = "The medium (HL7 v3 ParticipationMode), as Communication.medium says it to others"
* insert Means(phone, "phone", [["A call by telephone."]], true, false, PHONE)
* insert Means(video, "video call", [["A call with pictures."]], true, false, VIDEOCONF)
* insert Means(visit, "visit", [["In person: at home, in the office, wherever they are."]], false, false, FACE)
* insert Means(text, "text message", [["A text message to their telephone."]], false, true, WRITTEN)
* insert Means(portal, "portal message", [["A message by the portal or by e-mail."]], false, true, EMAILWRIT)
* insert Means(letter, "letter", [["A letter by mail."]], false, true, MAILWRIT)

ValueSet: ContactMeansCodes
Id: contact-means
Title: "Means of contact: all codes"
Description: "Every code of means of contact."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/contact-means"
* include codes from system ContactMeans

CodeSystem: ContactPreference
Id: contact-preference
Title: "Contact preferences"
Description: "What a person has said about being contacted, as a Consent records it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/contact-preference"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/contact-preference"
* #opted-out "opted out" "The person does not want to be contacted by these means."

ValueSet: ContactPreferenceCodes
Id: contact-preference
Title: "Contact preferences: all codes"
Description: "Every code of contact preferences."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/contact-preference"
* include codes from system ContactPreference

CodeSystem: InterpreterUsed
Id: interpreter-used
Title: "Interpreters in a talk"
Description: "Who interpreted in a talk."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/interpreter-used"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/interpreter-used"
* #professional "a professional interpreter" "A trained interpreter, in person, by phone or by video."
* #staff "bilingual staff" "Whoever called speaks the person's language."
* #family "family or a friend" "Somebody close to the person interpreted."
* #none "no interpreter" "Nobody interpreted."

ValueSet: InterpreterUsedCodes
Id: interpreter-used
Title: "Interpreters in a talk: all codes"
Description: "Every code of interpreters in a talk."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/interpreter-used"
* include codes from system InterpreterUsed

Extension: NotBy
Id: not-by
Title: "Not by"
Description: "By which means a Task is not to be done, because the person does not want to be contacted by them. Read by the worklist: such a Task is not part of a call."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Task"
* value[x] only Coding
* valueCoding 1..1
* valueCoding from ContactMeansCodes (required)

Extension: TalkLanguage
Id: talk-language
Title: "Language of a talk"
Description: "In which language a talk was held, and who interpreted."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Communication"
* extension contains language 0..1 and interpreter 0..1
* extension[language].value[x] only string
* extension[interpreter].value[x] only Coding
* extension[interpreter].valueCoding from InterpreterUsedCodes (required)

Profile: CarefhirContactPreference
Parent: Consent
Id: carefhir-contact-preference
Title: "Opted out of a means of contact"
Description: "That a person does not want to be contacted by one means. It ends when they want it again (status inactive)."
* insert Definitional
* identifier 1..*
* patient 1..1
* dateTime 1..1
* category from ContactPreferenceCodes (required)
* provision 1..1
* provision.type 1..1
* provision.type = #deny
* provision.code 1..1
* provision.code from ContactMeansCodes (required)

Profile: CarefhirCall
Parent: Communication
Id: carefhir-call
Title: "Contact outside transitions"
Description: "One contact with a person, or one attempt, outside transitions: by which means, when, by whom, with whom. Not done means not reached, with the reason."
* insert Definitional
* obeys why-not-reached
* identifier 1..*
* statusReason.coding from ContactOutcomeCodes (required)
* subject 1..1
* subject only Reference(Patient)
* sent 1..1
* sender 1..1
* recipient 1..*
* medium 1..1
* extension contains DisciplineOfMember named discipline 0..1 and TalkLanguage named talkLanguage 0..1

Instance: reach-person-protocol
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(reach-person-protocol, ReachPersonProtocol, "When a person cannot be reached")
* description = "Outside transitions: so many attempts over so many days, by different means and at different times of day; then a letter; then the supervising provider decides. An attempt is never a contact. After a discharge, PlanDefinition transition-clock counts instead."
* insert Param(attempts, 4, D, [["At least this many separate attempts: our default. Protocols of health plans commonly ask for three to five (K)."]])
* insert Param(days, 14, D, [["…over at least this many days, from the first to the last: our default. Two weeks is common in protocols of health plans (K)."]])
* insert Param(different-means, 2, D, [["…by at least this many different means, fewer only where the person does not want more: our default."]])
* insert Param(different-times, 2, D, [["…at this many different times of day (morning, afternoon, evening): our default. Payers' rules on outreach ask for different times of day (K)."]])
* insert Param(apart-minutes, 60, D, [["Attempts that began less than this far apart are one, as after a discharge: our default."]])
* insert Param(afternoon-from-hour, 12, D, "The morning ends at noon: our default.")
* insert Param(evening-from-hour, 17, D, "The afternoon ends at five: our default.")
* insert Act(reach-person, "Reach the person", [["Try again: another time of day, another means. Ask whoever may know how to reach them. An attempt is never a contact: this stays open until they are reached, decline, or the protocol ends."]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, "The next attempt within two business days: our default.")
* insert Act(inform-provider, "Decide what to do", [["The person was not reached by any attempt of the protocol, and a letter was sent. If no answer has come by the day this is due, decide: visit at home, call the emergency contact, ask for a welfare check, or end the program."]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, "Two weeks for an answer to the letter: our default.")
* insert Act(inform-provider, [["Not reached twice, with depression"]], [["Somebody with depression, on record or suspected, was not reached by two attempts. Decide now what else is tried before the protocol ends: another number, whoever lives with them, the emergency contact, a visit, a welfare check. Trying goes on meanwhile."]])
* action[=].id = "missed-contacts"
* insert When([["attempts_in_vain >= 2 and 'depression' in conditions_or_concerns"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["Two missed contacts in depression: clinical practice, table of depression (D/K). One business day: our default."]])
* insert Act(end-program, "Decide whether the program ends", [["The person says that they do not want the program any more. Ask once why and what would help; then disenroll, or agree on something else. What protects them goes on."]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, "Within a week: our default.")

Instance: call
InstanceOf: CarefhirCall
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000911)
* extension[discipline].valueCoding = DISCIPLINE#registered-nurse "registered nurse"
* extension[talkLanguage].extension[language].valueString = "Spanish"
* extension[talkLanguage].extension[interpreter].valueCoding = https://carefhir.org/fhir/CodeSystem/interpreter-used#professional "a professional interpreter"
* status = #completed
* insert Rosa(subject)
* medium.coding[0] = https://carefhir.org/fhir/CodeSystem/contact-means#phone "phone"
* medium.coding[1] = http://terminology.hl7.org/CodeSystem/v3-ParticipationMode#PHONE
* sent = "2026-03-09T10:00:00-05:00"
* recipient.reference = "Patient/rosa"
* sender.reference = "Practitioner/nurse"
* reasonCode.coding = https://carefhir.org/fhir/CodeSystem/contact-topic#medicines "medicines"
* payload.contentString = "She has picked up her pills."

Instance: contact-preference
InstanceOf: CarefhirContactPreference
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000912)
* status = #active
* scope = http://terminology.hl7.org/CodeSystem/consentscope#patient-privacy
* category = https://carefhir.org/fhir/CodeSystem/contact-preference#opted-out "opted out"
* insert Rosa(patient)
* dateTime = "2026-03-09T10:00:00-05:00"
* performer.reference = "Patient/rosa"
* policyRule.text = "does not want to be contacted by phone"
* provision.type = #deny
* provision.code = https://carefhir.org/fhir/CodeSystem/contact-means#phone "phone"
