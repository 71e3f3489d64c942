// Alcohol: AUDIT-C. All of it is restricted (clinical practice, rule 4).

RuleSet: Gated(text)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/license"
* extension[=].valueString = {text}

RuleSet: NotShipped
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/text-withheld"
* extension[=].valueBoolean = true

RuleSet: Restricted
* extension[=].extension[+].url = "restricted"
* extension[=].extension[=].valueBoolean = true

RuleSet: Choice(number, loinc, text)
* item[+].linkId = "{loinc}"
* item[=].prefix = "{number}."
* item[=].code = LNC#{loinc}
* item[=].text = {text}
* item[=].type = #choice

RuleSet: UnlessNever(question)
* item[=].enableWhen[0].question = "{question}"
* item[=].enableWhen[0].operator = #!=
* item[=].enableWhen[0].answerCoding = LNC#LA6270-8

Instance: audit-c
InstanceOf: Questionnaire
Usage: #definition
* insert InstrumentOf(audit-c, AUDITC, [["Alcohol Use Disorders Identification Test, consumption (AUDIT-C)"]], 72109-2, patient)
* description = "Three questions about drinking, answered by the patient only. 4 or more is positive for men, 3 or more for women; where neither is on record, 3 or more. Somebody who never drinks is not asked the other two questions, and scores 0. No answer to a question that is asked gives no total. All of it is restricted: answers, score, concern and Task. Bands: ObservationDefinition/audit-c-total."
* copyright = "AUDIT-C: the first three questions of the Alcohol Use Disorders Identification Test, copyright World Health Organization; may be reproduced without charge for noncommercial purposes, unaltered; any other use needs permission of the WHO. Bush K, Kivlahan DR, McDonell MB, et al. Arch Intern Med 1998;158:1789-1795. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Gated([["Noncommercial use, or permission of the World Health Organization"]])
* insert ScoredAs(sum, audit-c-total)
* insert Restricted
* insert ScoreItem(68518-0)
* insert ScoreItem(68519-8)
* insert ScoreItem(68520-6)
* insert Sourced(, V, [["Item, answer and total codes as in LOINC 72109-2, compared with the AUDIT-C form in HL7 US Core 7.0 and a list checked against LOINC 2.82. The US Core form codes the first question as 68517-2, which asks another thing: 68518-0 is right. That a person who never drinks is not asked the rest: our default (D)."]])
* insert Choice(1, 68518-0, "How often do you have a drink containing alcohol?")
* item[=].required = true
* insert Option(LA6270-8, "Never", 0)
* insert Option(LA18926-8, "Monthly or less", 1)
* insert Option(LA18927-6, "2-4 times a month", 2)
* insert Option(LA18928-4, "2-3 times a week", 3)
* insert Option(LA18929-2, "4 or more times a week", 4)
* insert Choice(2, 68519-8, "How many standard drinks containing alcohol do you have on a typical day?")
* item[=].required = true
* insert UnlessNever(68518-0)
* insert Option(LA15694-5, "1 or 2", 0)
* insert Option(LA15695-2, "3 or 4", 1)
* insert Option(LA18930-0, "5 or 6", 2)
* insert Option(LA18931-8, "7 to 9", 3)
* insert Option(LA18932-6, "10 or more", 4)
* insert Choice(3, 68520-6, "How often do you have 6 or more drinks on 1 occasion?")
* item[=].required = true
* insert UnlessNever(68518-0)
* insert Option(LA6270-8, "Never", 0)
* insert Option(LA18933-4, "Less than monthly", 1)
* insert Option(LA18876-5, "Monthly", 2)
* insert Option(LA18891-4, "Weekly", 3)
* insert Option(LA18934-2, "Daily or almost daily", 4)

RuleSet: Of(gender)
* qualifiedInterval[=].gender = #{gender}

Instance: audit-c-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert SurveyTotal(audit-c-total, "AUDIT-C total score")
* code = LNC#75626-2
* insert Sourced(, V, [["0 to 12; 4 or more is positive for men and 3 or more for women: as the AUDIT-C form in HL7 US Core 7.0 quotes it (PMID 12695273). Points that all come from the first question tell of drinking below what is recommended (the same). Where the gender on record is neither, the lower limit: our default (D)."]])
* insert Band(negative, "negative", 0, 3)
* insert Of(male)
* insert Band(positive, "positive", 4, 12)
* insert Of(male)
* insert BandFinding(alcohol-screen-positive)
* insert Band(negative, "negative", 0, 2)
* insert Of(female)
* insert Band(positive, "positive", 3, 12)
* insert Of(female)
* insert BandFinding(alcohol-screen-positive)
