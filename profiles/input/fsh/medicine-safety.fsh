// What makes a medicine dangerous beside another one, an allergy or a pregnancy; and the words by which that is read.

CodeSystem: TakingWords
Id: taking-words
Title: "Words for how a medicine is taken"
Description: "What a person says who takes a medicine as it was ordered: no difference from the order. 'No change' and 'the same as before' are not among them: the order itself may have changed."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/taking-words"
* insert Sourced(^, D, "The words that mean as ordered: our default; a site may add its own.")
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/taking-words"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "Words that mean it, separated by semicolons"
* #as-ordered "as ordered" "Taken as the order says."
* #as-ordered ^property[0].code = #words
* #as-ordered ^property[0].valueString = "as ordered; as prescribed; as directed; as instructed; as written; as listed; as stated; as labeled; as on the list; as on the label; as on the bottle; as in the list; as the list says; as the label says; as the bottle says; as the doctor ordered; as the doctor said; same as the list; same as on the list; same as ordered; same as prescribed; same as the order; same as the label; same as the bottle; the same as the list; the same as on the list; the same as ordered; the same as prescribed; per list; per the list; per order; per the order; per orders; per label; per the label; per bottle; per the bottle; per instructions; per directions; like the list says; like the label says; like it says on the bottle; like it says on the label; like it says on the list; how it is ordered; how it was ordered; how it is prescribed; according to the list; according to the order; according to the label; according to orders; according to the prescription; according to instructions; following the label; follows the label; following the prescription; ut dict; ud; sig"
* #filler "filler" "Words that add nothing to it."
* #filler ^property[0].code = #words
* #filler ^property[0].valueString = "yes; exactly; just; taking; taken; takes; take; it; she; he; they; i; is; am; correctly; always; all; still; does; do; so; and; precisely; every time; every dose; patient; pt; says; reports; states"

ValueSet: TakingWordsCodes
Id: taking-words
Title: "Words for how a medicine is taken: all codes"
Description: "Every code of words for how a medicine is taken."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/taking-words"
* include codes from system TakingWords

RuleSet: Interval(code, display, hours, words, timing)
* #{code} {display} "How often, in words and as coded."
* #{code} ^property[0].code = #hours
* #{code} ^property[0].valueInteger = {hours}
* #{code} ^property[1].code = #words
* #{code} ^property[1].valueString = {words}
* #{code} ^property[2].code = #timing
* #{code} ^property[2].valueString = {timing}

CodeSystem: DosingInterval
Id: dosing-interval
Title: "How often a medicine is taken"
Description: "Words and HL7's GTS abbreviations for how often, each as hours from dose to dose, so that an order in words and a coded one can be compared. A change from a week or longer to less, or the other way round, is named by itself."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/dosing-interval"
* insert Sourced(^, K, [["Words of prescriptions and HL7 v3 GTSAbbreviation, from general knowledge. Methotrexate taken daily instead of weekly is the error that ISMP warns of (K)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/dosing-interval"
* ^property[0].code = #hours
* ^property[0].type = #integer
* ^property[0].description = "Hours from one dose to the next"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "Words that mean it, separated by semicolons"
* ^property[2].code = #timing
* ^property[2].type = #string
* ^property[2].description = "Codes of Timing.code (HL7 v3 GTSAbbreviation) that mean it, separated by spaces; - where there is none"
* ^property[3].code = #single
* ^property[3].type = #boolean
* ^property[3].description = "Counts only where one of its words is there: two days of the week are not one"
* insert Interval(every-four-hours, "every four hours", 4, [["every 4 hours; every four hours; q4h; q 4 h; every 4 hrs; six times a day; 6 times a day"]], "Q4H")
* insert Interval(four-times-a-day, "four times a day", 6, [["four times a day; 4 times a day; four times daily; 4 times daily; 4x daily; 4x a day; 4x/day; 4 x daily; qid; q.i.d; q.i.d.; every 6 hours; every six hours; every 6 hrs; q6h; q 6 h"]], "QID Q6H")
* insert Interval(three-times-a-day, "three times a day", 8, [["three times a day; 3 times a day; three times daily; 3 times daily; 3x daily; 3x a day; 3x/day; 3 x daily; tid; t.i.d; t.i.d.; every 8 hours; every eight hours; every 8 hrs; q8h; q 8 h; with each meal; with meals"]], "TID Q8H")
* insert Interval(twice-a-day, "twice a day", 12, [["twice a day; twice daily; two times a day; 2 times a day; two times daily; 2 times daily; 2x daily; 2x a day; 2x/day; 2 x daily; bid; b.i.d; b.i.d.; every 12 hours; every twelve hours; every 12 hrs; q12h; q 12 h; morning and evening; in the morning and in the evening; morning and night; twice per day"]], "BID Q12H")
* insert Interval(daily, "daily", 24, [["daily; once daily; once a day; one time a day; 1 time a day; one time daily; 1x daily; 1x a day; 1x/day; once per day; per day; a day; each day; every day; everyday; every 24 hours; every 24 hrs; q24h; q 24 h; qd; q.d; q.d.; qday; q day; od; every morning; each morning; in the morning; every evening; each evening; in the evening; every night; each night; nightly; at night; at bedtime; every bedtime; before bed; qhs; q.h.s; q.h.s.; qam; qpm; every 1 day; seven days a week; 7 days a week; 7 days per week"]], "QD AM PM BED Q24H")
* insert Interval(every-other-day, "every other day", 48, [["every other day; every second day; every 2 days; every two days; every 48 hours; alternate days; qod; q.o.d; q.o.d.; q48h; q2d"]], "QOD Q48H")
* insert Interval(every-three-days, "every three days", 72, [["every 3 days; every three days; every third day; every 72 hours; q72h; q3d"]], "-")
* insert Interval(three-times-a-week, "three times a week", 56, [["three times a week; 3 times a week; three times weekly; 3 times weekly; 3x weekly; 3x a week; 3x/week; tiw; monday, wednesday and friday; monday, wednesday, friday; mon, wed, fri; mon/wed/fri; mwf; m/w/f"]], "-")
* insert Interval(twice-a-week, "twice a week", 84, [["twice a week; twice weekly; two times a week; 2 times a week; 2 times weekly; 2x weekly; 2x a week; 2x/week; biw"]], "-")
* insert Interval(weekly, "weekly", 168, [["weekly; once weekly; once a week; one time a week; 1 time a week; 1x weekly; 1x a week; 1x/week; once per week; once/week; per week; a week; each week; every week; every 7 days; every seven days; every 7th day; every seventh day; every 168 hours; q7d; q 7 days; q 7 d; qw; q week; q1w; qwk; qweek; wkly; one day a week; 1 day a week; same day each week; same day every week"]], "WK")
* insert Interval(on-a-day-of-the-week, "on one day of the week", 168, [["monday; mondays; tuesday; tuesdays; wednesday; wednesdays; thursday; thursdays; friday; fridays; saturday; saturdays; sunday; sundays"]], "-")
* #on-a-day-of-the-week ^property[3].code = #single
* #on-a-day-of-the-week ^property[3].valueBoolean = true
* insert Interval(every-two-weeks, "every two weeks", 336, [["every 2 weeks; every two weeks; every other week; every second week; every 14 days; every fourteen days; q2w; q 2 weeks; q14d; biweekly"]], "-")
* insert Interval(monthly, "monthly", 720, [["monthly; once monthly; once a month; once per month; every month; each month; every 4 weeks; every four weeks; every 28 days; every 30 days; q4w; qmonth"]], "MO")
* insert Interval(every-three-months, "every three months", 2160, [["every 3 months; every three months; every 12 weeks; every twelve weeks; every 90 days; quarterly; q3mo"]], "-")
// Warnings on labels say how a medicine is not taken.
* #not-this "not this often" "How often it is not taken: read first, and counted as nothing."
* #not-this ^property[0].code = #words
* #not-this ^property[0].valueString = "not daily; never daily; do not take daily; don't take daily; not every day; do not take every day; not once a day; not weekly; do not take it daily; do not take it every day"

ValueSet: DosingIntervalCodes
Id: dosing-interval
Title: "How often a medicine is taken: all codes"
Description: "Every code of how often a medicine is taken."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/dosing-interval"
* include codes from system DosingInterval

RuleSet: AllergyTo(code, display, words, snomed)
* #{code} {display} "An allergy to these medicines."
* #{code} ^property[0].code = #words
* #{code} ^property[0].valueString = {words}
* #{code} ^property[1].code = #snomed
* #{code} ^property[1].valueString = {snomed}

RuleSet: Crosses(code, others)
* #{code} ^property[3].code = #crosses
* #{code} ^property[3].valueString = {others}

RuleSet: ByMember(code)
* #{code} ^property[2].code = #byMember
* #{code} ^property[2].valueBoolean = true

CodeSystem: AllergyClass
Id: allergy-class
Title: "Classes to which a person is allergic"
Description: "Classes of CodeSystem ingredient by which allergies are checked. The words by which a class is named in an allergy, its SNOMED CT codes, and the classes that may cross-react with it, which is less certain and named as such."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/allergy-class"
* insert Sourced(^, K, [["Classes and cross-reactivity between beta-lactams, from general knowledge: it is the rarer the less the side chains share. SNOMED CT codes from general knowledge; check against the current edition."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/allergy-class"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "Words by which an allergy to the class is written down, separated by semicolons"
* ^property[1].code = #snomed
* ^property[1].type = #string
* ^property[1].description = "SNOMED CT codes of the allergy or of the substances, separated by spaces; - where we know none"
* ^property[2].code = #crosses
* ^property[2].type = #string
* ^property[2].description = "Classes that may cross-react, separated by spaces"
* ^property[3].code = #byMember
* ^property[3].type = #boolean
* ^property[3].description = "An allergy to one member counts for the class; if not, only an allergy that names the class does"
* ^property[4].code = #whole
* ^property[4].type = #string
* ^property[4].description = "Words that mean it only where they are all that is said, separated by semicolons"
* ^property[5].code = #conditions
* ^property[5].type = #string
* ^property[5].description = "ICD-10-CM codes of a diagnosis that forbids the class, by their beginning, separated by spaces"
* ^property[6].code = #crossesAfter
* ^property[6].type = #string
* ^property[6].description = "Classes that are held against a person only after such a reaction (property after), or where none is stated; separated by spaces"
* ^property[7].code = #after
* ^property[7].type = #string
* ^property[7].description = "Words and codes of that reaction, separated by semicolons"
* ^property[8].code = #parts
* ^property[8].type = #string
* ^property[8].description = "Words of a sentence that denies an allergy, separated by semicolons"
* insert AllergyTo(penicillin, "penicillins", [["penicillin; penicillins; penicillin class; pcn; pcns; pen vk; pen-vk; pen g; penicillin v; penicillin g; aminopenicillin; aminopenicillins; beta-lactam; beta-lactams; beta lactam; beta lactams; betalactam; betalactams; b-lactam"]], "91936005 764146007 373270004 6369005")
* insert ByMember(penicillin)
* insert Crosses(penicillin, "cephalosporin carbapenem")
* insert AllergyTo(cephalosporin, "cephalosporins", [["cephalosporin; cephalosporins; cephalosporin class; cephem; cephems; beta-lactam; beta-lactams; beta lactam; beta lactams; betalactam; betalactams; b-lactam"]], "294532003 16047007")
* insert ByMember(cephalosporin)
* insert Crosses(cephalosporin, "penicillin carbapenem")
* insert AllergyTo(carbapenem, "carbapenems", [["carbapenem; carbapenems; beta-lactam; beta-lactams; beta lactam; beta lactams; betalactam; betalactams; b-lactam"]], "-")
* insert ByMember(carbapenem)
* insert Crosses(carbapenem, "penicillin cephalosporin")
* insert AllergyTo(sulfonamide-antibiotic, "sulfonamide antibiotics", [["sulfa; sulpha; sulfas; sulfa drug; sulfa drugs; sulfa antibiotic; sulfa antibiotics; sulfonamide; sulfonamides; sulphonamide; sulphonamides; sulfonamide antibiotic; sulfonamide antibiotics"]], "91939003 387406002 763875007")
* insert ByMember(sulfonamide-antibiotic)
* insert AllergyTo(macrolide, "macrolides", [["macrolide; macrolides; mycins; macrolide antibiotics"]], "-")
* insert ByMember(macrolide)
* insert AllergyTo(fluoroquinolone, "fluoroquinolones", [["fluoroquinolone; fluoroquinolones; quinolone; quinolones"]], "-")
* insert ByMember(fluoroquinolone)
* insert AllergyTo(nsaid, "anti-inflammatory pain medicines", [["nsaid; nsaids; nonsteroidal; non-steroidal; nonsteroidal anti-inflammatory; non-steroidal anti-inflammatory drugs; nonsteroidal anti-inflammatory drugs; anti-inflammatories; anti-inflammatory"]], "372665008 16403005")
* insert ByMember(nsaid)
* insert AllergyTo(ace-inhibitor, "ACE inhibitors", [["ace inhibitor; ace inhibitors; ace-inhibitor; ace-inhibitors; acei; aceis; ace-i; acei inhibitors; angiotensin converting enzyme inhibitor; angiotensin-converting enzyme inhibitor; angiotensin-converting enzyme inhibitors; angiotensin converting enzyme inhibitors"]], "295036000 372733002 41549009")
* insert ByMember(ace-inhibitor)
// Sacubitril raises bradykinin as an ACE inhibitor does: not after one made the face, the tongue or the throat swell.
* #ace-inhibitor ^property[3].code = #crossesAfter
* #ace-inhibitor ^property[3].valueString = "arni"
* #ace-inhibitor ^property[4].code = #after
* #ace-inhibitor ^property[4].valueString = "angioedema; angio edema; angioedemas; swelling of; angioneurotic; angiooedema; quincke; quinckes; quincke's; swelling; swollen; swelled; swell; swells; swole; edema; oedema; throat; tongue; lip; lips; face; facial; airway; anaphylaxis; anaphylactic; stridor; could not breathe; trouble breathing; 41291007; 400075008; 62014003; T78.3"
* insert AllergyTo(statin, "statins", [["statin; statins; hmg-coa reductase inhibitor; hmg-coa reductase inhibitors; hmg coa reductase inhibitors"]], "372912004 96302009")
* insert ByMember(statin)
* insert AllergyTo(opioid, "opioids", [["opioid; opioids; opiate; opiates; narcotic; narcotics"]], "404642006")
* insert ByMember(opioid)
* insert AllergyTo(nsaid-or-aspirin, "NSAIDs and aspirin", [["salicylate; salicylates; nsaids and aspirin; aspirin and nsaids"]], "-")
* insert ByMember(nsaid-or-aspirin)
* insert AllergyTo(tetracycline, "tetracyclines", [["tetracyclines; tetracycline class; tetracycline antibiotic; tetracycline antibiotics; cyclines"]], "-")
* insert ByMember(tetracycline)
* insert AllergyTo(heparin, "heparins", [["heparins; heparin products; low molecular weight heparin; low molecular weight heparins; lmwh; lmwhs; heparin induced thrombocytopenia; heparin induced thrombocytopaenia; heparin induced thrombopenia; heparin associated thrombocytopenia; heparin induced platelet antibody; heparin antibody; heparin antibodies; hitt; hit type 2; hit type ii; hit antibody; hit antibodies; hit positive; hit pos; history of hit; hx of hit; h/o hit; hx hit"]], "73397007 438367009")
* insert ByMember(heparin)
* #heparin ^property[3].code = #whole
* #heparin ^property[3].valueString = "hit; hit ii; hit syndrome; h i t"
* #heparin ^property[4].code = #conditions
* #heparin ^property[4].valueString = "D75.82"
* insert AllergyTo(sulfonylurea, "sulfonylureas", [["sulfonylurea; sulfonylureas; sulphonylurea; sulphonylureas"]], "-")
* insert AllergyTo(insulin, "insulins", [["insulin; insulins"]], "-")
* insert AllergyTo(anticoagulant, "anticoagulants", [["anticoagulant; anticoagulants; blood thinner; blood thinners"]], "-")
* insert AllergyTo(benzodiazepine, "benzodiazepines", [["benzodiazepine; benzodiazepines; benzo; benzos"]], "-")
// An allergy that says nothing of a substance, or that there is none.
* #none-known "no known allergy" "Somebody wrote down that no allergy is known."
* #none-known ^property[0].code = #words
* #none-known ^property[0].valueString = "no known allergies; no known allergy; no known drug allergies; no known drug allergy; no known medication allergies; no known medication allergy; nka; nkda; none known; no allergies; no drug allergies"
* #none-known ^property[1].code = #snomed
* #none-known ^property[1].valueString = "716186003 409137002 160244002"
// A sentence is a denial only from its first word to its last: "PCN - no further doses, anaphylaxis" is an allergy.
* #denied "denied" "Says that there is no allergy to what it names: it begins so, ends so, and nothing else is said."
* #denied ^property[0].code = #words
* #denied ^property[0].valueString = "no; denies; denied; not; no known; no history of; no hx of; no h/o; denies any; denies having; patient denies; pt denies; negative for; never had; without; does not have; does not have any; is not; patient is not; not known to be"
* #denied ^property[2].code = #whole
* #denied ^property[2].valueString = "denies; denied; denies any; denies having; patient denies; pt denies"
* #denied ^property[1].code = #parts
* #denied ^property[1].valueString = "allergy; allergies; allergic; allergic to; allergic reaction; allergic reactions; sensitivity; hypersensitivity"
* #exception "with an exception" "Words after which a denial is none any more."
* #exception ^property[0].code = #words
* #exception ^property[0].valueString = "but; except; excepting; other; besides; apart; only; unless; until; give; given; more; further; avoid; anaphylaxis; rash; hives; swelling; since; if; when; however; possible; possibly; longer"

ValueSet: AllergyClassCodes
Id: allergy-class
Title: "Classes to which a person is allergic: all codes"
Description: "Every code of classes to which a person is allergic."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/allergy-class"
* include codes from system AllergyClass

CodeSystem: PregnancyStatus
Id: pregnancy-status
Title: "Answers to whether a person is pregnant"
Description: "Answers of an Observation of the pregnancy status (LOINC 82810-3), coded or in words. Conditions that say so are in the map whereabouts-from-code."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/pregnancy-status"
* insert Sourced(^, K, [["LOINC answer list of 82810-3 and SNOMED CT 77386006 and 60001007, from general knowledge; check against the current editions. The words are ours (D)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/pregnancy-status"
* ^property[0].code = #codes
* ^property[0].type = #string
* ^property[0].description = "Codes of the answer (LOINC, SNOMED CT), separated by spaces"
* ^property[1].code = #words
* ^property[1].type = #string
* ^property[1].description = "Words, separated by semicolons; the longest ones that are there count"
* #pregnant "pregnant" "Pregnant."
* #pregnant ^property[0].code = #codes
* #pregnant ^property[0].valueString = "LA15173-0 77386006"
* #pregnant ^property[1].code = #words
* #pregnant ^property[1].valueString = "pregnant; currently pregnant; pregnancy; positive; yes; gravid; expecting"
* #not-pregnant "not pregnant" "Not pregnant."
* #not-pregnant ^property[0].code = #codes
* #not-pregnant ^property[0].valueString = "LA26683-5 60001007"
* #not-pregnant ^property[1].code = #words
* #not-pregnant ^property[1].valueString = "not pregnant; not currently pregnant; no longer pregnant; never pregnant; nonpregnant; non-pregnant; non pregnant; no pregnancy; negative; no"
* #not-known "not known" "Nobody knows, or possibly."
* #not-known ^property[0].code = #codes
* #not-known ^property[0].valueString = "LA4489-6 261665006 152231000119106"
* #not-known ^property[1].code = #words
* #not-known ^property[1].valueString = "possibly pregnant; may be pregnant; unknown; not known; unknown if pregnant"

ValueSet: PregnancyStatusCodes
Id: pregnancy-status
Title: "Answers to whether a person is pregnant: all codes"
Description: "Every code of answers to whether a person is pregnant."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/pregnancy-status"
* include codes from system PregnancyStatus
