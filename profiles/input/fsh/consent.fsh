// What a person is told before they consent to a program (clinical practice, rules 17 and 39).

RuleSet: ConsentTopic(code, display, definition, required)
* #{code} {display} {definition}
* #{code} ^property[0].code = #required
* #{code} ^property[0].valueBoolean = {required}

CodeSystem: ConsentTopic
Id: consent-topic
Title: "Topics of a consent talk"
Description: "What a person is told before they consent to a program. The consent on record says only what somebody entered."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/consent-topic"
* insert Sourced(^, D, [["Clinical practice, rule 17: service and cost-sharing explained, one practitioner a month, right to stop. Which of them every program needs: our default."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/consent-topic"
* ^property[0].code = #required
* ^property[0].type = #boolean
* ^property[0].description = "Nobody is enrolled in a program without it"
* insert ConsentTopic(what-it-is, "what it is", [["What the program is and does."]], true)
* insert ConsentTopic(care-team, "who is in the care team", [["Who the care manager and the supervising provider are."]], true)
* insert ConsentTopic(right-to-stop, "that they may leave at any time", [["They may stop at any time."]], true)
* insert ConsentTopic(cost-sharing, "what it may cost them", [["Cost-sharing: what they may have to pay."]], false)
* insert ConsentTopic(one-practitioner, "that only one practitioner a month may bill for it", [["Only one practitioner can furnish and bill it in a month."]], false)
* insert ConsentTopic(record-sharing, "who sees their records", [["With whom their records are shared."]], false)

ValueSet: ConsentTopicCodes
Id: consent-topic
Title: "Topics of a consent talk: all codes"
Description: "Every code of topics of a consent talk."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/consent-topic"
* include codes from system ConsentTopic
