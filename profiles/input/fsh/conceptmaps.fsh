// Concept maps: codes met on servers -> the few labels that rules react to.
// Equivalence: 'equivalent' same meaning; 'wider' our label is the wider one; 'inexact' a judgement, its comment says why.

RuleSet: Map(id, name, title, target)
* insert Artefact(ConceptMap, {id}, {name}, {title})
* targetUri = "https://carefhir.org/fhir/ValueSet/{target}"

RuleSet: From(source, target)
* group[+].source = "{source}"
* group[=].target = "https://carefhir.org/fhir/CodeSystem/{target}"

RuleSet: To(code, target, equivalence)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].equivalence = #{equivalence}

RuleSet: Named(code, display, target)
* group[=].element[+].code = #{code}
* group[=].element[=].display = {display}
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].equivalence = #wider

RuleSet: AlsoTo(target)
* group[=].element[=].target[+].code = #{target}
* group[=].element[=].target[=].equivalence = #wider

RuleSet: Judged(text)
* group[=].element[=].target[=].equivalence = #inexact
* group[=].element[=].target[=].comment = {text}


Instance: care-setting-from-encounter
InstanceOf: ConceptMap
Usage: #definition
* insert Map(care-setting-from-encounter, CareSettingFromEncounter, "Care setting of an Encounter", care-setting)
* description = "Care setting from Encounter.class and Encounter.type. A mapped type overrides the class, because skilled nursing and rehabilitation often show only in the type. Types that say no more than the class are left out on purpose."
* copyright = "This material includes SNOMED Clinical Terms (SNOMED CT), used by permission of SNOMED International; SNOMED CT was originally created by the College of American Pathologists. Use outside the United States needs a licence."
* insert Sourced(, D, [["Assigned by us from the meaning of the codes; what is a judgement says so in its comment."]])
* insert From(http://terminology.hl7.org/CodeSystem/v3-ActCode, care-setting)
* insert To(ACUTE, acute, equivalent)
* insert To(IMP, acute, wider)
* insert Judged([["Inpatient without a type that says otherwise is taken as acute: our default (D)."]])
* insert To(NONAC, other, wider)
* insert To(OBSENC, observation, equivalent)
* insert To(EMER, emergency, equivalent)
* insert To(SS, other, wider)
* insert To(AMB, other, wider)
* insert To(VR, other, wider)
* insert To(HH, other, wider)
* insert To(FLD, other, wider)
* insert To(PRENC, other, wider)
* insert From(http://snomed.info/sct, care-setting)
* insert Named(449411000124106, "Admission to skilled nursing facility", skilled-nursing)
* insert Named(305382000, "Admission to rehabilitation department", rehabilitation)
* insert Named(56876005, "Drug rehabilitation and detoxification", substance-use-treatment)
* insert Judged([["A stay for substance use is treated like rehabilitation: our default (D)."]])
* insert Named(305400006, "Admission to psychiatry department", psychiatric)
* insert Named(305401005, "Admission to child and adolescent psychiatry department", psychiatric)
* insert Named(305402003, "Admission to forensic psychiatry department", psychiatric)
* insert Named(305403008, "Admission to psychogeriatric department", psychiatric)
* insert Named(305405001, "Admission to rehabilitation psychiatry department", psychiatric)
* insert Named(183489008, "Non-urgent psychiatric admission", psychiatric)
* insert Named(76464004, [["Hospital admission, for observation"]], observation)
* insert Named(305336008, "Admission to hospice", other)
* insert From(https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set, care-setting)
* insert To(21, acute, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(22, other, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(23, emergency, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(31, skilled-nursing, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(32, other, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(34, other, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(51, psychiatric, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(52, partial-hospitalization, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])
* insert To(61, rehabilitation, wider)
* insert Judged([["Place of service used as an encounter type: general knowledge (K)."]])

Instance: destination-from-disposition
InstanceOf: ConceptMap
Usage: #definition
* insert Map(destination-from-disposition, DestinationFromDisposition, "Discharge destination of an Encounter", discharge-destination)
* description = "Destination from Encounter.hospitalization.dischargeDisposition. Codes 81 to 95 are the variants with a planned readmission. Assignments from general knowledge of the code set (K)."
* copyright = "Patient discharge status codes are the property of the American Hospital Association (NUBC): codes only, no descriptions; use may need a licence."
* insert Sourced(, K, [["General knowledge of the code set; its official descriptions belong to the American Hospital Association."]])
* insert From(http://www.nubc.org/patient-discharge, discharge-destination)
* insert To(01, home, wider)
* insert To(1, home, wider)
* insert Judged("Written without the leading zero by some systems.")
* insert To(02, hospital, wider)
* insert To(03, skilled-nursing, wider)
* insert To(04, assisted-living, wider)
* insert To(05, hospital, wider)
* insert To(06, home-health, wider)
* insert To(07, against-advice, wider)
* insert To(09, hospital, wider)
* insert To(20, expired, wider)
* insert To(21, other, wider)
* insert To(30, other, wider)
* insert To(40, expired, wider)
* insert To(41, expired, wider)
* insert To(42, expired, wider)
* insert To(43, hospital, wider)
* insert To(50, hospice-home, wider)
* insert To(51, hospice-facility, wider)
* insert To(61, skilled-nursing, wider)
* insert To(62, rehabilitation, wider)
* insert To(63, long-term-care-hospital, wider)
* insert To(64, nursing-facility, wider)
* insert To(65, psychiatric, wider)
* insert To(66, hospital, wider)
* insert To(69, other, wider)
* insert To(70, other, wider)
* insert To(81, home, wider)
* insert To(82, hospital, wider)
* insert To(83, skilled-nursing, wider)
* insert To(84, assisted-living, wider)
* insert To(85, hospital, wider)
* insert To(86, home-health, wider)
* insert To(87, other, wider)
* insert To(88, hospital, wider)
* insert To(89, skilled-nursing, wider)
* insert To(90, rehabilitation, wider)
* insert To(91, long-term-care-hospital, wider)
* insert To(92, nursing-facility, wider)
* insert To(93, psychiatric, wider)
* insert To(94, hospital, wider)
* insert To(95, other, wider)
* insert From(http://terminology.hl7.org/CodeSystem/discharge-disposition, discharge-destination)
* insert To(home, home, equivalent)
* insert To(alt-home, assisted-living, wider)
* insert To(other-hcf, other, wider)
* insert To(hosp, hospice-home, wider)
* insert Judged([["Hospice, place not stated: read as at home, so that the clock runs and a person checks (D)."]])
* insert To(long, nursing-facility, wider)
* insert To(aadvice, against-advice, equivalent)
* insert To(exp, expired, equivalent)
* insert To(psy, psychiatric, equivalent)
* insert To(rehab, rehabilitation, equivalent)
* insert To(snf, skilled-nursing, equivalent)
* insert To(oth, other, equivalent)

Instance: urgent-admission
InstanceOf: ConceptMap
Usage: #definition
* insert Map(urgent-admission, UrgentAdmission, "Urgency of an admission", admission-urgency)
* description = "Whether a stay began as an emergency, from Encounter.priority or Encounter.hospitalization.admitSource. What is not mapped says nothing either way."
* copyright = "This material includes SNOMED Clinical Terms (SNOMED CT), used by permission of SNOMED International; SNOMED CT was originally created by the College of American Pathologists. Use outside the United States needs a licence."
* insert Sourced(, D, [["Assigned by us from the meaning of the codes; van Walraven 2010 asks whether the admission was acute."]])
* insert From(http://terminology.hl7.org/CodeSystem/v3-ActPriority, admission-urgency)
* insert To(EM, emergent, wider)
* insert To(UR, emergent, wider)
* insert Judged([["Urgent counts as unplanned: our default (D)."]])
* insert To(S, emergent, wider)
* insert Judged([["Stat counts as unplanned: our default (D)."]])
* insert To(EL, planned, wider)
* insert To(R, planned, wider)
* insert To(P, planned, wider)
* insert From(http://terminology.hl7.org/CodeSystem/v2-0007, admission-urgency)
* insert To(E, emergent, wider)
* insert To(A, emergent, wider)
* insert Judged([["Admission for an accident is unplanned: our default (D)."]])
* insert To(U, emergent, wider)
* insert Judged([["Urgent counts as unplanned: our default (D)."]])
* insert To(C, planned, wider)
* insert To(R, planned, wider)
* insert From(http://terminology.hl7.org/CodeSystem/admit-source, admission-urgency)
* insert To(emd, emergent, wider)
