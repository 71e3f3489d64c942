// Who may do what, by discipline (clinical practice, "Who may do what"); state law and site policy may only tighten it.

RuleSet: May(action, display, definition, rn, sw, lsw, chw, pharmacist, physician, np, unknown)
* #{action} {display} {definition}
* #{action} ^property[0].code = #registered-nurse
* #{action} ^property[0].valueCode = #{rn}
* #{action} ^property[1].code = #social-worker
* #{action} ^property[1].valueCode = #{sw}
* #{action} ^property[2].code = #community-health-worker
* #{action} ^property[2].valueCode = #{chw}
* #{action} ^property[3].code = #pharmacist
* #{action} ^property[3].valueCode = #{pharmacist}
* #{action} ^property[4].code = #physician
* #{action} ^property[4].valueCode = #{physician}
* #{action} ^property[5].code = #nurse-practitioner
* #{action} ^property[5].valueCode = #{np}
* #{action} ^property[6].code = #unknown
* #{action} ^property[6].valueCode = #{unknown}
* #{action} ^property[7].code = #licensed-social-worker
* #{action} ^property[7].valueCode = #{lsw}

CodeSystem: SupervisedAction
Id: supervised-action
Title: "Supervised actions"
Description: "Actions of care management, and how far each discipline goes in them: yes, under-protocol, propose, draft, record, collect or no; 'unknown' is someone whose discipline is not on record. Our default: state law and a site's policy may only tighten it."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/supervised-action"
* insert Sourced(^, D, [["Our default for the United States; nurse practice acts and site policy may only tighten it. Health-related social needs may be documented by nurses and social workers: ICD-10-CM guideline I.B.14 as quoted by AAFP."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/supervised-action"
* ^property[0].code = #registered-nurse
* ^property[0].type = #code
* ^property[1].code = #social-worker
* ^property[1].type = #code
* ^property[2].code = #community-health-worker
* ^property[2].type = #code
* ^property[3].code = #pharmacist
* ^property[3].type = #code
* ^property[4].code = #physician
* ^property[4].type = #code
* ^property[5].code = #nurse-practitioner
* ^property[5].type = #code
* ^property[6].code = #unknown
* ^property[6].type = #code
* ^property[7].code = #licensed-social-worker
* ^property[7].type = #code
* insert May(contact, "enrolling and contacts", [["Enroll, talk about consent, contact, book, refer to community services."]], yes, yes, yes, under-protocol, yes, yes, yes, yes)
* insert May(contact-evidence, "contacts that count as evidence", [["Attempts and contacts after a discharge that count for the program: clinical staff only."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(visit-evidence, "visits that count as evidence", [["A visit after a discharge that counts for the program: with a physician or another provider who may bill it."]], no, no, no, no, no, yes, yes, no)
* insert May(administer-screen, "administering a screen", [["Read out an instrument and record the answers."]], yes, yes, yes, under-protocol, yes, yes, yes, yes)
* insert May(judge-safety-item, "judging a safety item", [["Judge a self-harm answer after a suicide screener: licensed clinicians only. A social worker is licensed where the records say so."]], yes, no, yes, no, no, yes, yes, no)
* insert May(triage, "symptom triage", [["Triage of symptoms by protocol."]], yes, no, no, no, no, yes, yes, no)
* insert May(lower-triage, "lowering a triage color", [["Lower the color a rule gave, or override a rule."]], no, no, no, no, no, yes, yes, no)
* insert May(confirm-need, "confirming a social need", [["Confirm a social need with a Z code."]], yes, yes, yes, propose, no, yes, yes, no)
* insert May(confirm-diagnosis, "confirming a diagnosis", [["Confirm a medical or mental condition, or add its diagnosis."]], propose, propose, propose, no, no, yes, yes, no)
* insert May(activate-plan, "activating a plan", [["Sign a care plan, which activates it."]], propose, propose, propose, no, no, yes, yes, no)
* insert May(clinical-target, "setting a clinical target", [["Set or change a clinical target, dry weight, fluid or sodium limit."]], propose, propose, propose, no, propose, yes, yes, no)
* insert May(conclude, "concluding an assessment", [["Conclude what an assessment means, domain by domain."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(propose-plan, "proposing a plan", [["Draft a plan from pathways and findings."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(own-goals, "recording the patient's goals and barriers", [["Record the patient's own goals, words, barriers, education, and what they agree to."]], yes, yes, yes, record, yes, yes, yes, no)
* insert May(reconcile-list, "reconciling medication lists", [["Settle differences between medication lists; the reconciliation counts."]], yes, no, no, collect, yes, yes, yes, no)
* insert May(change-medicine, "changing a medicine", [["Change, hold, stop or start a medicine."]], no, no, no, no, no, yes, yes, no)
* insert May(order, "ordering", [["Order home health, equipment, a test or a specialist."]], draft, draft, draft, no, no, yes, yes, no)
* insert May(close-red, "closing a red or emergency check-in", [["Close what was triaged red or emergency."]], propose, propose, propose, no, no, yes, yes, no)
* insert May(pause-program, "pausing a program", [["Pause a program, or resume it, with a reason."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(set-tier, "setting the tier between two assessments", [["Set the tier of care as the rules give it now; another one needs what overriding a tier needs."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(override-tier, "overriding a tier", [["Set a higher or lower tier than the rules give, with a reason."]], yes, no, no, no, no, yes, yes, no)
* insert May(evaluate-goals, "evaluating goals", [["Judge by its readings whether a goal is being reached."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(evaluate-plan, "evaluating a plan", [["Judge, with the figures, whether a care plan is working."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(edit-record, "editing a record", [["Edit the words, notes, days and owners of a care plan, goal or task that is on record."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(close-work, "closing everyday work", [["Settle a Task of everyday work, with an outcome."]], yes, yes, yes, under-protocol, yes, yes, yes, no)
* insert May(end-program, "ending a program", [["Disenroll a person, with a reason; with a signature while a red check-in or a safety item is open."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(hand-over, "handing over", [["Hand a person over to another care manager, or have somebody cover for a time."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(record-support, "recording who helps", [["Record who helps the person, how, and what they may know."]], yes, yes, yes, record, yes, yes, yes, no)
* insert May(log-time, "logging time", [["Log the minutes one has worked for a person."]], yes, yes, yes, yes, yes, yes, yes, no)
* insert May(time-evidence, "time that counts", [["Minutes that count where a program counts them: clinical staff, and practitioners who do the same work (CMS on CCM, questions and answers of 2017, as reprinted)."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(close-plan, "closing a plan", [["Close a care plan that has done its work, or that is given up."]], propose, propose, propose, no, no, yes, yes, no)
* insert May(coordinate, "coordinating", [["Arrange, follow and close referrals, equipment, rides and community services."]], yes, yes, yes, under-protocol, yes, yes, yes, no)
* insert May(packet, "sending and checking discharge information", [["Send a transition document, or check one that came."]], yes, yes, yes, under-protocol, yes, yes, yes, no)
* insert May(share-plan, "sharing a plan", [["Give the plan to the person or to somebody who treats them."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(escalate, "escalating", [["Pass on what nobody has answered to whoever is next: anybody, at once."]], yes, yes, yes, yes, yes, yes, yes, yes)
* insert May(sweep, "sweeping a panel", [["Look through a panel for what nobody has noticed, and write the Tasks that ask for it."]], yes, yes, yes, no, no, yes, yes, yes)
* insert May(stratify, "sorting people by need", [["Say who is at which tier and who would gain from a program, by rules."]], yes, yes, yes, no, yes, yes, yes, no)
* insert May(case-management, "case management", [["Open and close a case around one event."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(authorization, "authorizations", [["Ask a payer for authorization, follow the answer, and appeal."]], yes, yes, yes, no, no, yes, yes, no)
* insert May(report-death, "recording a death", [["Record a reported death, which stops everything still planned for the person."]], yes, yes, yes, yes, yes, yes, yes, yes)
* insert May(retract, "taking back what somebody else recorded", [["Take back a step that somebody else did and whose source was wrong; whoever did a step may take it back, too."]], yes, no, no, no, no, yes, yes, no)
* insert May(retract-danger, "taking back a safety finding", [["Take back answers that called for action now; needs a license."]], yes, no, yes, no, no, yes, yes, no)
* insert May(retract-death, "taking back a death", [["Take back a death that was reported of the wrong person."]], yes, no, no, no, no, yes, yes, no)

ValueSet: SupervisedActionCodes
Id: supervised-action
Title: "Supervised actions: all codes"
Description: "Every code of supervised actions."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/supervised-action"
* include codes from system SupervisedAction

Instance: discipline-from-role
InstanceOf: ConceptMap
Usage: #definition
* insert Artefact(ConceptMap, discipline-from-role, DisciplineFromRole, "Disciplines from roles and specialties")
* description = "The discipline in which someone acts, from the codes hospitals put on PractitionerRole: NUCC health care provider taxonomy and SNOMED CT occupations. Exact codes only."
* insert Sourced(, S, [["NUCC Health Care Provider Taxonomy and SNOMED CT occupation codes: each seen with its name in public code lists (profiles/SOURCES.md). Which discipline each one is: our default (D)."]])
* group[0].source = "http://nucc.org/provider-taxonomy"
* group[0].target = "https://carefhir.org/fhir/CodeSystem/discipline"
* insert RoleIs(0, 163W00000X, registered-nurse)
* insert RoleIs(0, 163WC0400X, registered-nurse)
* insert RoleIs(0, 104100000X, social-worker)
* insert RoleIs(0, 1041C0700X, licensed-social-worker)
* insert RoleIs(0, 172V00000X, community-health-worker)
* insert RoleIs(0, 183500000X, pharmacist)
* insert RoleIs(0, 1835P0018X, pharmacist)
* insert RoleIs(0, 208D00000X, physician)
* insert RoleIs(0, 207Q00000X, physician)
* insert RoleIs(0, 207R00000X, physician)
* insert RoleIs(0, 207RC0000X, physician)
* insert RoleIs(0, 363L00000X, nurse-practitioner)
* insert RoleIs(0, 363LF0000X, nurse-practitioner)
* insert RoleIs(0, 363LA2200X, nurse-practitioner)
* group[1].source = "http://snomed.info/sct"
* group[1].target = "https://carefhir.org/fhir/CodeSystem/discipline"
* insert RoleIs(1, 224535009, registered-nurse)
* insert RoleIs(1, 106328005, social-worker)
* insert RoleIs(1, 46255001, pharmacist)
* insert RoleIs(1, 309343006, physician)
* insert RoleIs(1, 224571005, nurse-practitioner)

RuleSet: RoleIs(group, code, discipline)
* group[{group}].element[+].code = #{code}
* group[{group}].element[=].target.code = #{discipline}
* group[{group}].element[=].target.equivalence = #subsumes
