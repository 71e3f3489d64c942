// What a review of self-harm asks before it may be closed (clinical practice, rule 31), and what each answer means.

Alias: SCREENER = https://carefhir.org/fhir/CodeSystem/suicide-screener
Alias: SCREENED = https://carefhir.org/fhir/CodeSystem/suicide-screener-answer

RuleSet: Risk(code, display, definition, risk)
* #{code} {display} {definition}
* #{code} ^property[0].code = #risk
* #{code} ^property[0].valueCode = #{risk}

CodeSystem: SuicideScreener
Id: suicide-screener
Title: "Answers of a suicide screener"
Description: "What a licensed clinician asks, and records, before a review of self-harm is closed. 'risk' says what a yes means, and an answer that is not known, until somebody has asked: emergency, or lower."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-screener"
* insert Sourced(^, V, [["Columbia Lighthouse Project, C-SSRS triage guidance: intent, a plan with intent, or behavior within the last 3 months needs immediate action. That a plan alone, and an answer nobody knows, count like it is our default (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-screener"
* ^property[0].code = #risk
* ^property[0].type = #code
* ^property[0].description = "emergency: the review stays open, 911 or 988 now; lower: a safety plan, and a provider who knows"
* ^property[1].code = #deniesFrom
* ^property[1].type = #integer
* ^property[1].description = "A no to it contradicts a safety item that was answered with this many points or more: a person says why before the review closes (2, more than half the days: our default)"
* ^property[2].code = #whyWords
* ^property[2].type = #integer
* ^property[2].description = "How many words a reason has at least that says why: '-' and 'n/a' say nothing (our default)"
* #screener "suicide screener" "The answers to a suicide screener, for example the C-SSRS."
* insert Risk(ideation, "suicidal thoughts", [["A wish to be dead, or thoughts of killing oneself."]], lower)
* #ideation ^property[1].code = #deniesFrom
* #ideation ^property[1].valueInteger = 2
* #ideation ^property[2].code = #whyWords
* #ideation ^property[2].valueInteger = 3
* insert Risk(intent, "intent", [["Some intention of acting on the thoughts."]], emergency)
* insert Risk(plan, "plan", [["A plan how, when or where."]], emergency)
* insert Risk(behavior-3-months, "suicidal behavior in the last 3 months", [["An attempt, an interrupted or aborted one, or preparations, within the last 3 months."]], emergency)
* #means "means within reach" "Firearms, pills or other means within reach."
* #safety-plan "safety plan" "The plan of what to do, and whom to call, when the thoughts come."
* #emergency "SUICIDE RISK" "Call 911 now, or 988, and stay with the person or on the line: nobody leaves them alone. Tell the provider on call now, by voice. The review stays open."

ValueSet: SuicideScreenerCodes
Id: suicide-screener
Title: "Answers of a suicide screener: all codes"
Description: "Every code of answers of a suicide screener."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-screener"
* include codes from system SuicideScreener

CodeSystem: SuicideScreenerAnswer
Id: suicide-screener-answer
Title: "How an item of a suicide screener is answered"
Description: "'Unknown' counts as a yes until somebody has asked."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-screener-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-screener-answer"
* #yes "yes" "It is so."
* #no "no" "It is not so."
* #unknown "unknown" "Not asked, or not answered: it counts as a yes until somebody has asked."
* #made "made" "A safety plan was made now."
* #reviewed "reviewed" "The safety plan on record was gone through with the person now."
* #none "none" "There is no safety plan."

ValueSet: SuicideScreenerAnswerCodes
Id: suicide-screener-answer
Title: "How an item of a suicide screener is answered: all codes"
Description: "Every code of how an item of a suicide screener is answered."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-screener-answer"
* include codes from system SuicideScreenerAnswer

CodeSystem: SuicideInstrument
Id: suicide-instrument
Title: "Suicide screeners that are known"
Description: "Which instruments ask for thoughts, intent, plan and behavior. A name may have the words of 'qualifier' beside it; any other word makes it a name that is not known, and the review is not closed with it. A site adds its own."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/suicide-instrument"
* insert Sourced(^, K, [["Names as commonly used (Columbia Lighthouse Project, NIMH ASQ toolkit, SAMHSA SAFE-T): general knowledge. The spellings are ours (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/suicide-instrument"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "How it is called, separated by semicolons; case, hyphens and other signs do not matter"
* insert Screens(c-ssrs, "C-SSRS", [["c-ssrs; cssrs; c ssrs; columbia; columbia suicide severity rating scale; columbia protocol; columbia-suicide severity rating scale"]])
* insert Screens(asq, "ASQ", [["asq; ask suicide-screening questions; ask suicide screening questions"]])
* insert Screens(safe-t, "SAFE-T", [["safe-t; safet; safe-t with c-ssrs; suicide assessment five-step evaluation and triage"]])
* insert Screens(sbq-r, "SBQ-R", [["sbq-r; sbqr; suicidal behaviors questionnaire-revised; suicide behaviors questionnaire-revised"]])
* insert Screens(pss-3, "PSS-3", [["pss-3; pss3; patient safety screener; patient safety screener 3"]])
* insert Screens(bssi, "BSS", [["bss; bssi; beck scale for suicide ideation; beck scale for suicidal ideation"]])
* insert Screens(qualifier, "words beside a name", [["screener; screen; screening; scale; version; recent; since last contact; lifetime; baseline; full; short; triage; adult; past month; by phone; phone; telephone; in person; spanish; english; español; with; and; the; form; suicide; risk"]])

RuleSet: Screens(code, display, words)
* #{code} {display} {display}
* #{code} ^property[0].code = #words
* #{code} ^property[0].valueString = {words}

ValueSet: SuicideInstrumentCodes
Id: suicide-instrument
Title: "Suicide screeners that are known: all codes"
Description: "Every code of suicide screeners that are known."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/suicide-instrument"
* include codes from system SuicideInstrument

Profile: CarefhirSuicideScreener
Parent: Observation
Id: carefhir-suicide-screener
Title: "Answers to a suicide screener"
Description: "What was answered before a review of self-harm was closed, or kept open: each item by itself, by whom and when."
* insert Definitional
* identifier 1..*
* status = #final
* category ^slicing.discriminator.type = #value
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains survey 1..1
* category[survey] = OBSCAT#survey
* code = SCREENER#screener
* code.text 1..1
* subject 1..1
* subject only Reference(Patient)
* effective[x] 1..1
* performer 1..*
* component 6..*
* component.code from SuicideScreenerCodes (required)
* component.value[x] 1..1
* component.value[x] only CodeableConcept
* component.valueCodeableConcept from SuicideScreenerAnswerCodes (required)

Instance: suicide-screener
InstanceOf: CarefhirSuicideScreener
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000131)
* status = #final
* category[survey] = OBSCAT#survey "Survey"
* code = SCREENER#screener "suicide screener"
* code.text = "C-SSRS"
* insert Rosa(subject)
* effectiveDateTime = "2026-03-09T11:00:00-05:00"
* performer.reference = "Practitioner/nurse"
* derivedFrom.reference = "QuestionnaireResponse/rosa-phq-9"
* component[+].code = SCREENER#ideation "suicidal thoughts"
* component[=].valueCodeableConcept = SCREENED#yes "yes"
* component[+].code = SCREENER#intent "intent"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#plan "plan"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#behavior-3-months "suicidal behavior in the last 3 months"
* component[=].valueCodeableConcept = SCREENED#no "no"
* component[+].code = SCREENER#means "means within reach"
* component[=].valueCodeableConcept = SCREENED#unknown "unknown"
* component[+].code = SCREENER#safety-plan "safety plan"
* component[=].valueCodeableConcept = SCREENED#made "made"
