// Documents that are given away: a plan in plain words.

CodeSystem: PlanSection
Id: plan-section
Title: "Sections of a plan in plain words"
Description: "What a plan says to the person it is about, and to who helps them, in the order in which it is read. A section without anything says why."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/plan-section"
* insert Sourced(^, D, [["What a care plan given to a person holds: clinical practice, rule 18, after the comprehensive care plan of CMS's chronic care management. The words are our own."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/plan-section"
* #goals "What you want to reach" "The goals that the person agreed to."
* #to-do "What will be done" "Everything the plan asks for that is in effect, and by when."
* #visits "Your visits" "Visits to come."
* #medicines "Your medicines" "What is taken, and how."
* #people "Who looks after you" "The care team."

ValueSet: PlanSectionCodes
Id: plan-section
Title: "Sections of a plan in plain words: all codes"
Description: "Every code of sections of a plan in plain words."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/plan-section"
* include codes from system PlanSection

CodeSystem: PatientCopyText
Id: patient-copy-text
Title: "Words of the patient's copy of a plan"
Description: "Every heading and sentence of ours on the copy of a plan that a person takes home, besides the names of its sections, warning signs, goals and items. What is in braces is filled in. A site translates them by a supplement."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/patient-copy-text"
* insert Sourced(^, D, [["The words are our own, held to a reading grade of 6 as a whole (tests/faces/web/pages/test_plan_print.py)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/patient-copy-text"
* #title "Your care plan" "On the patient's copy."
* #born "born {day}" "On the patient's copy."
* #as-of "As of {day}" "On the patient's copy."
* #draft "Draft." "On the patient's copy."
* #draft-means "This plan is not signed yet. Please do not change your medicines because of it." "On the patient's copy."
* #call-911 "Call 911 right away if" "On the patient's copy."
* #very-ill "If you feel very ill" "On the patient's copy."
* #hospice-first "Call your hospice first" "On the patient's copy."
* #hospice-comes "They can come to you." "On the patient's copy."
* #call-us "Call us the same day if" "On the patient's copy."
* #whom-to-call "Whom to call" "On the patient's copy."
* #ask-number "ask us for the number" "On the patient's copy."
* #ask-any-number "Ask us for the number to call." "On the patient's copy."
* #nobody-answers-911 "If nobody answers and you feel worse: call 911." "On the patient's copy."
* #nobody-answers-hospice "If nobody answers and you feel worse: call your hospice." "On the patient's copy."
* #unread "This could not be read. Please ask us." "On the patient's copy."
* #empty "Nothing is listed here." "On the patient's copy."
* #more "There may be more. Please ask us." "On the patient's copy."
* #yours "This is your plan. Tell us if you want to change it." "On the patient's copy."
* #care-manager "your care manager" "On the patient's copy."
* #covering-care-manager "stands in for your care manager" "On the patient's copy."
* #supervising-provider "the provider who signs your plan" "On the patient's copy."
* #on-call "at night and on weekends" "On the patient's copy."
* #by-day "{what}, by {day}" "What is done, and the last day for it."
* #medicine "{medicine}: {how}" "On the patient's copy."
* #medicine-how "ask us how to take it" "On the patient's copy."
* #medicine-open "Ask us about this one: something is still to be decided." "On the patient's copy."
* #medicine-undecided "{medicine}: not decided yet. Ask us before you take it." "On the patient's copy."
* #medicine-not-taken "{medicine}: you told us that you do not take it. Ask us about it." "On the patient's copy."
* #medicine-stopped "{medicine}: do not take it (stopped)" "On the patient's copy."
* #medicine-on-hold "{medicine}: do not take it (on hold)" "On the patient's copy."
* #medicine-not-to-be-taken "{medicine}: do not take it (not to be taken)" "On the patient's copy."
* #visit "{weekday} {day} {time}: {what}" "A visit to come: {what} is as it was booked."
* #translated "Put into your language by {who} on {day}. Names, doses, visits and what you and we wrote down are not translated. Ask us about them." "Stands on a copy in another language alone."
* #day "{month} {number}, {year}" "How a day is written."
* #weekday-1 "Mon" "A day of the week, in short."
* #weekday-2 "Tue" "A day of the week, in short."
* #weekday-3 "Wed" "A day of the week, in short."
* #weekday-4 "Thu" "A day of the week, in short."
* #weekday-5 "Fri" "A day of the week, in short."
* #weekday-6 "Sat" "A day of the week, in short."
* #weekday-7 "Sun" "A day of the week, in short."
* #month-1 "Jan" "A month, in short."
* #month-2 "Feb" "A month, in short."
* #month-3 "Mar" "A month, in short."
* #month-4 "Apr" "A month, in short."
* #month-5 "May" "A month, in short."
* #month-6 "Jun" "A month, in short."
* #month-7 "Jul" "A month, in short."
* #month-8 "Aug" "A month, in short."
* #month-9 "Sep" "A month, in short."
* #month-10 "Oct" "A month, in short."
* #month-11 "Nov" "A month, in short."
* #month-12 "Dec" "A month, in short."

ValueSet: PatientCopyTextCodes
Id: patient-copy-text
Title: "Words of the patient's copy of a plan: all codes"
Description: "Every code of words of the patient's copy of a plan."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/patient-copy-text"
* include codes from system PatientCopyText

Profile: CarefhirSharedDocument
Parent: DocumentReference
Id: carefhir-shared-document
Title: "Document that was shared"
Description: "A document as it was given away: a FHIR document (a Bundle whose first entry is a Composition), and the same in plain text, both inside. Servers that take no Bundle and keep no Composition still keep it whole, and it does not change with the records it was made of."
* insert Definitional
* identifier 1..*
* docStatus = #final
* type 1..1
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..*
* content 2..*
* content.attachment.contentType 1..1
* content.attachment.data 1..1
* content.attachment.title 1..1
* context.related 1..*

Profile: CarefhirNote
Parent: DocumentReference
Id: carefhir-note
Title: "Note in the EHR"
Description: "What a step found and decided, as text for a physician, in an EHR that takes no care plan and no Task. Nothing restricted is in it."
* insert Definitional
* identifier 1..*
* status = #current
* docStatus = #final
* type 1..1
* type = LNC#34109-9
* category 1..1
* category = http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category#clinical-note
* subject 1..1
* subject only Reference(Patient)
* date 1..1
* author 1..*
* description 1..1
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.data 1..1
* content.attachment.title 1..1

Profile: CarefhirHandedOver
Parent: Communication
Id: carefhir-handed-over
Title: "Document handed over"
Description: "That a document was given to somebody: which, when, how, by whom. Nobody has talked with the person by that."
* insert Definitional
* obeys done-or-taken-back
* identifier 1..*
* basedOn 1..*
* category 1..1
* category = http://terminology.hl7.org/CodeSystem/communication-category#notification
* subject 1..1
* subject only Reference(Patient)
* medium 1..*
* sent 1..1
* sender 1..1
* recipient 1..*
* payload 1..1
* payload.content[x] only Reference(DocumentReference)

Invariant: done-or-taken-back
Description: "What was handed over is completed, or was entered in error."
Severity: #error
Expression: "status = 'completed' or status = 'entered-in-error'"

Instance: handed-over
InstanceOf: CarefhirHandedOver
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000322)
* basedOn.reference = "CarePlan/plan"
* status = #completed
* category = http://terminology.hl7.org/CodeSystem/communication-category#notification
* insert Rosa(subject)
* medium.text = "printed, given by hand"
* sent = "2026-03-09T10:05:00-05:00"
* sender.reference = "Practitioner/nurse"
* recipient.reference = "Patient/rosa"
* payload.contentReference.reference = "DocumentReference/shared-document"

Instance: note
InstanceOf: CarefhirNote
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000323)
* status = #current
* docStatus = #final
* type = LNC#34109-9 "Note"
* category = http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category#clinical-note "Clinical Note"
* insert Rosa(subject)
* date = "2026-03-09T10:00:00-05:00"
* author.reference = "Practitioner/nurse"
* description = "Care management: Record an assessment"
* content.attachment.contentType = #text/plain
* content.attachment.title = "Care management: Record an assessment"
* content.attachment.data = "Tm90ZQ=="

Instance: shared-document
InstanceOf: CarefhirSharedDocument
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000321)
* status = #current
* docStatus = #final
* type = LNC#18776-5
* category = http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category#clinical-note "Clinical Note"
* insert Rosa(subject)
* date = "2026-03-09T10:00:00-05:00"
* author.reference = "Practitioner/nurse"
* content[0].attachment.contentType = #application/fhir+json
* content[0].attachment.title = "Care plan"
* content[0].attachment.data = "e30="
* content[1].attachment.contentType = #text/plain
* content[1].attachment.title = "Care plan"
* content[1].attachment.data = "Q2FyZSBwbGFu"
* context.related.reference = "CarePlan/care-plan"

RuleSet: PacketSection(code, title, definition, loinc, reads)
* #{code} {title} {definition}
* #{code} ^property[0].code = #loinc
* #{code} ^property[0].valueString = {loinc}
* #{code} ^property[1].code = #reads
* #{code} ^property[1].valueString = {reads}

CodeSystem: TransitionSection
Id: transition-section
Title: "Sections of a transition document"
Description: "What goes along with a person to the next place of care: the sections that PACIO's Transitions of Care asks for, in its order. A section that nothing is read for holds what the sender writes."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/transition-section"
* insert Sourced(^, V, [["HL7 PACIO Transitions of Care, the sections its Composition requires, with their LOINC codes. It codes the behavioral section by a temporary code; ours stands for it."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/transition-section"
* ^property[0].code = #loinc
* ^property[0].type = #string
* ^property[0].description = "LOINC code of the section; a hyphen where none is known"
* ^property[1].code = #reads
* ^property[1].type = #string
* ^property[1].description = "What is read for it, separated by spaces; a hyphen where nothing is"
* insert PacketSection(advance-directives, "Advance directives", [["What the person wants done and not done."]], "42348-3", "-")
* insert PacketSection(allergies, "Allergies", [["What must not be given."]], "48765-2", "allergies")
* insert PacketSection(behavioral, "Mood and behavior", [["Mood, behavior, and what helps."]], "-", "-")
* insert PacketSection(function, "Function", [["What the person can do, and needs help with."]], "47420-5", "-")
* insert PacketSection(immunizations, "Immunizations", [["Vaccines given."]], "11369-6", "-")
* insert PacketSection(instructions, "Discharge instructions", [["What whoever cares for the person next has to do."]], "69730-0", "-")
* insert PacketSection(devices, "Devices", [["Devices and equipment."]], "46264-8", "device_requests")
* insert PacketSection(medications, "Medicines", [["What is taken, and how."]], "10160-0", "medication_requests medication_statements")
* insert PacketSection(plan, "Plan of care", [["Goals, and what is being done."]], "18776-5", "goals service_requests")
* insert PacketSection(problems, "Problems", [["Current conditions."]], "11450-4", "conditions")
* insert PacketSection(procedures, "Procedures", [["What was done."]], "47519-4", "-")
* insert PacketSection(reason, "Reason for the transfer", [["Why the person is moved."]], "42349-1", "-")
* insert PacketSection(results, "Results", [["Laboratory results."]], "30954-2", "readings")
* insert PacketSection(social-history, "Social history", [["Home, help, and habits."]], "29762-2", "-")
* insert PacketSection(vitals, "Vital signs", [["The newest vital signs."]], "8716-3", "readings")

ValueSet: TransitionSectionCodes
Id: transition-section
Title: "Sections of a transition document: all codes"
Description: "Every code of sections of a transition document."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/transition-section"
* include codes from system TransitionSection
