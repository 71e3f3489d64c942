"""Rule 28, and the classes of rules 29 and 38: a medicine is in its class by ingredient, by salt, by brand, in
combination, and as people write it. Names from the classes themselves, not from what the program says."""

from __future__ import annotations

import pytest

from carefhir.content.loading import load
from carefhir.mappers import medication
from carefhir.mappers.medication import own_name

CONTENT = load()

IN_THE_CLASS = {
    "glucose-lowering-unknown": "my sugar pill; a diabetes pill; her sugar medicine; diabetic meds; "
    "something for my sugar; "
    "pill for my sugar; oral hypoglycemics; blood sugar medication",
    "tetracycline": "doxycycline hyclate; Vibramycin; minocycline; Minocin; tetracycline; Tygacil; tetracyclines",
    "heparin": "heparin sodium, porcine; Lovenox; enoxaparin; Fragmin; tinzaparin",
    "anticoagulant": "warfarin sodium 5 MG; Coumadin; JANTOVEN; apixaban; Eliquis 5mg; rivaroxaban; Xarelto; "
    "dabigatran etexilate; Pradaxa; edoxaban; Savaysa; heparin sodium, porcine; enoxaparin; Lovenox 40 mg/0.4 mL; "
    "dalteparin; Fragmin; fondaparinux; Arixtra; argatroban; bivalirudin; LMWH; blood thinners",
    "insulin": "insulin glargine-yfgn; Lantus SoloStar; Basaglar KwikPen; Toujeo; Semglee; insulin lispro; Humalog "
    "Junior; Admelog; Lyumjev; insulin aspart; NovoLog FlexPen; Fiasp; NPH; Humulin N; Novolin R; Humulin 70/30; "
    "Humalog Mix 50/50; NovoLog Mix 70/30; insulin detemir; Levemir; Tresiba; Apidra; Afrezza; Soliqua; Xultophy; "
    "insulin, regular, human; her insulin",
    "sulfonylurea": "glipizide ER; Glucotrol XL; glimepiride; Amaryl; glyburide micronized; glibenclamide; Glynase; "
    "tolbutamide; chlorpropamide; tolazamide; glipizide 5 MG / metformin hydrochloride 500 MG; Glucovance; Duetact",
    "opioid": "morphine sulfate; MS Contin; Kadian; oxycodone HCl; OxyContin; Roxicodone; Percocet; Endocet; "
    "hydrocodone bitartrate; Norco; Vicodin ES; Lortab; hydromorphone; Dilaudid; oxymorphone; Opana ER; codeine; "
    "Tylenol w/ codeine; Tylenol #3; fentanyl patch; Duragesic-25; methadone; Methadose; buprenorphine; Suboxone; "
    "Butrans; tramadol; Ultram; Ultracet; tapentadol; Nucynta; meperidine; Demerol; levorphanol; pentazocine; "
    "butorphanol; hydrocodone/ibuprofen; Fioricet with codeine",
    "digoxin": "digoxin 0.125 mg; Lanoxin; Digitek; digoxin125mcg",
    "methotrexate": "methotrexate sodium 2.5 MG; Trexall; Otrexup; Rasuvo; MTX",
    "antiarrhythmic": "amiodarone HCl; Pacerone; Cordarone; sotalol; Betapace AF; flecainide acetate; propafenone; "
    "Rythmol SR; dofetilide; Tikosyn; dronedarone; Multaq; mexiletine; disopyramide; quinidine sulfate; procainamide",
    "immunosuppressant": "tacrolimus; Prograf; Envarsus XR; cyclosporine modified; Neoral; Sandimmune; mycophenolate "
    "mofetil; CellCept; mycophenolate sodium; Myfortic; azathioprine; Imuran; sirolimus; Rapamune; everolimus; "
    "Zortress; belatacept; leflunomide; tofacitinib; Humira; etanercept",
    "benzodiazepine": "alprazolam; Xanax XR; lorazepam; Ativan; diazepam; Valium; clonazepam; Klonopin; temazepam; "
    "Restoril; chlordiazepoxide; Librium; oxazepam; triazolam; midazolam; clobazam; benzos",
    "penicillin": "amoxicillin; Amoxil; Augmentin; ampicillin; Unasyn; penicillin V potassium; Bicillin L-A; "
    "dicloxacillin; nafcillin; piperacillin-tazobactam; Zosyn; PCN; penicillins",
    "cephalosporin": "cephalexin; Keflex; cefazolin; cefuroxime axetil; cefdinir; ceftriaxone; Rocephin; cefepime",
    "carbapenem": "imipenem / cilastatin; meropenem; ertapenem; Invanz; doripenem",
    "sulfonamide-antibiotic": "sulfamethoxazole 800 MG / trimethoprim 160 MG; Bactrim DS; Septra; TMP-SMX; "
    "sulfadiazine; sulfa drugs",
    "macrolide": "azithromycin; Zithromax; Z-Pak; clarithromycin; Biaxin; erythromycin; Ery-Tab",
    "fluoroquinolone": "ciprofloxacin; Cipro; levofloxacin; Levaquin; moxifloxacin; Avelox; ofloxacin",
    "nsaid": "ibuprofen; Advil; Motrin IB; naproxen sodium; Aleve; celecoxib; meloxicam; Mobic; diclofenac; ketorolac; "
    "sulindac; NSAIDs",
    "ace-inhibitor": "lisinopril; Zestril; enalapril maleate; Vasotec; benazepril; ramipril; captopril; quinapril; "
    "fosinopril; perindopril; trandolapril; moexipril; Zestoretic; Lotrel; ACE inhibitors",
    "arb": "losartan potassium; Cozaar; valsartan; Diovan HCT; olmesartan; Benicar; candesartan; irbesartan; "
    "telmisartan; azilsartan; Edarbi; Entresto; Hyzaar",
    "statin": "atorvastatin; Lipitor; simvastatin; Zocor; rosuvastatin; pravastatin; lovastatin; pitavastatin; "
    "fluvastatin; Vytorin; Caduet; statins",
    "harms-in-pregnancy": "lisinopril; losartan; Entresto; aliskiren; Tekturna; atorvastatin; warfarin; methotrexate; "
    "divalproex; Depakote ER; valproic acid; isotretinoin; Accutane; acitretin; mycophenolate mofetil; carbamazepine; "
    "Tegretol; topiramate; Topamax; lithium carbonate; misoprostol; Cytotec; Arthrotec; ribavirin; finasteride; "
    "dutasteride; thalidomide; bosentan; ambrisentan; riociguat; phenytoin; leflunomide; doxycycline",
}

NOT_IN_THE_CLASS = {
    "glucose-lowering-unknown": "metformin, my sugar pill; glipizide for my sugar; sugar-free cough syrup; "
    "diabetic socks; "
    "brown sugar",
    "heparin": "fondaparinux; apixaban; warfarin",
    "anticoagulant": "clopidogrel; aspirin 81 mg; tranexamic acid; vitamin K",
    "insulin": "metformin; liraglutide; Victoza pen",
    "sulfonylurea": "sulfamethoxazole; metformin; pioglitazone",
    "opioid": "naloxone; Narcan nasal spray; acetaminophen; Tylenol PM; dextromethorphan; loperamide",
    "digoxin": "Diogenes drops; digestive enzymes",
    "methotrexate": "metolazone; metformin",
    "antiarrhythmic": "metoprolol; lidocaine 4% patch; amlodipine",
    "immunosuppressant": "prednisone; levothyroxine",
    "benzodiazepine": "zolpidem; buspirone; benzonatate; benzoyl peroxide",
    "penicillin": "penicillamine; cephalexin",
    "cephalosporin": "celecoxib; amoxicillin",
    "sulfonamide-antibiotic": "furosemide; morphine sulfate; ferrous sulfate; glipizide",
    "macrolide": "nitrofurantoin; Macrobid",
    "nsaid": "acetaminophen; aspirin",
    "ace-inhibitor": "losartan; acetaminophen",
    "arb": "carbamazepine; Arbor tea; lisinopril",
    "statin": "nystatin; cilastatin; somatostatin",
    "harms-in-pregnancy": "levothyroxine; acetaminophen; labetalol; insulin glargine",
}


def names(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(class_, name.strip()) for class_, words in table.items() for name in words.split(";")]


@pytest.mark.parametrize(("class_", "name"), names(IN_THE_CLASS))
def test_in_its_class_however_it_is_written(class_: str, name: str) -> None:
    for spelled in (name, name.upper(), f"{name} daily".replace(" ", "  ")):
        assert class_ in medication.named(CONTENT, spelled).classes, spelled


@pytest.mark.parametrize(("class_", "name"), names(NOT_IN_THE_CLASS))
def test_a_near_miss_is_not(class_: str, name: str) -> None:
    assert class_ not in medication.named(CONTENT, name).classes


@pytest.mark.parametrize("name", ["Herbal Tonic", "vitamin D3 1000 units", "the little white one"])
def test_what_nobody_knows_belongs_to_no_class_and_keeps_its_name(name: str) -> None:
    medicine = medication.named(CONTENT, name)
    assert (medicine.in_code_system, medicine.classes) == (False, frozenset())
    assert medicine.ingredients == (own_name(name),)
