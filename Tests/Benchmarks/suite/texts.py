"""Rules and messages. Those of `measured` are letter for letter those of `Measure/Texts.swift`: the same generator of
chance, drawn from in the same order."""
import json, time

_mask = (1 << 64) - 1
_hebrew = "אבגדהוזחטיכלמנסעפצקרשת"
_latin = "abcdefghijklmnopqrstuvwxyz"


class Random:
    """SplitMix64, and what Swift's standard library makes of it."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & _mask
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _mask
        return mixed ^ (mixed >> 31)

    def below(self, limit):
        product = self.next() * limit
        if product & _mask < limit:
            while product & _mask < (1 << 64) % limit:
                product = self.next() * limit
        return product >> 64

    def between(self, first, last):
        return first + self.below(last - first + 1)

    def coin(self):
        return (self.next() >> 17) & 1 == 0

    def word(self):
        letters = _hebrew if self.coin() else _latin
        return "".join(letters[self.below(len(letters))] for _ in range(self.between(4, 9)))

    def messages(self, count):
        return [" ".join(self.word() for _ in range(self.between(3, 12))) + "?" for _ in range(count)]


def measured(kind, count, messages=1000):
    """Rules as (phrase or None, word, regex or None, reply), and messages, every other one for one of them."""
    random = Random(2)
    rules, hits = [], []
    for number in range(count):
        own = ["keywords", "keywords", "contains", "regexes"][number % 4] if kind == "mixed" else kind
        word = random.word()
        phrase = f"{random.word()} {random.word()}"
        if own == "regexes":
            rules.append((None, word, rf"\b{word}\s*#?(?<number>\d{{2,}})", phrase))
            hits.append(f"{word} 123")
        else:
            rules.append((phrase if own == "keywords" else None, word, None, phrase))
            hits.append(phrase if own == "keywords" and number % 2 == 0 else word)
    texts = random.messages(messages)
    texts = [text if at % 2 == 0 else f"{text} {hits[random.below(len(hits))]}" for at, text in enumerate(texts)]
    return rules, texts


# Twenty rules of a shop: what each looks for in either language, and what it answers.
_topics = [
    ("opening hours", "שעות פתיחה"), ("delivery", "משלוח"), ("address", "כתובת"), ("parking", "חניה"),
    ("refund", "החזר כספי"), ("warranty", "אחריות"), ("price list", "מחירון"), ("discount", "הנחה"),
    ("gift card", "שובר מתנה"), ("sizes", "מידות"), ("stock", "במלאי"), ("invoice", "חשבונית"),
    ("payment", "תשלום"), ("catalogue", "קטלוג"), ("branch", "סניף"), ("kosher", "כשרות"), ("repair", "תיקון"),
    ("newsletter", "עדכונים"),
]
_numbered = [("order", "הזמנה"), ("ticket", "פנייה")]


def shop_rules():
    """The twenty rules for replyd."""
    lines = ["version: 1", "settings: {expired: silent}", "rules:"]
    for number, (english, hebrew) in enumerate(_topics):
        lines.append(
            f"  - {{id: shop-{number}, match: [{english}, {hebrew}], "
            f"reply: \"{hebrew}: כל הפרטים באתר שלנו. {english.capitalize()}: see our site, or ask here.\"}}")
    for english, hebrew in _numbered:
        lines.append(
            f"  - {{id: {english}, match: {{regex: '(?:{english}|{hebrew})\\s*#?(?<number>\\d{{4,}})'}}, "
            f"reply: \"{hebrew} {{{{match.number}}}}: כבר חוזרים אליך.\"}}")
    return "\n".join(lines) + "\n"


def shop_patterns():
    """The twenty rules for who has regular expressions that match from the start: (pattern, reply)."""
    found = [
        (rf"(?i).*\b(?:{english}|{hebrew})\b",
         f"{hebrew}: כל הפרטים באתר שלנו. {english.capitalize()}: see our site, or ask here.")
        for english, hebrew in _topics]
    return found + [
        (rf"(?i).*(?:{english}|{hebrew})\s*#?(?P<number>\d{{4,}})", f"{hebrew} {{number}}: כבר חוזרים אליך.")
        for english, hebrew in _numbered]


def shop_texts():
    """100 messages, each for one of the twenty rules."""
    texts = []
    for english, hebrew in _topics:
        texts += [f"Hi, can you tell me about {english}?", f"שלום, מה לגבי {hebrew}?", f"{english} please",
                  f"היי, רציתי לשאול על {hebrew} בבקשה", f"Good morning! One question: {english}? Thank you very much"]
    for english, hebrew in _numbered:
        texts += [f"where is my {english} 123456?", f"מה עם {hebrew} 98765?", f"{english} #4444", f"{hebrew} 555555 בבקשה",
                  f"Hello, I am still waiting for {english} 20261"]
    return texts


def webhook(text, account, hook="new"):
    """A webhook of 99digital; `load` and wrk put in the numbers."""
    return json.dumps({
        "status": "OK", "hook": hook, "unique": "bench##########", "from": "9725@@@@@@@@",
        "from_id": "IL.16058@@@@@@@@", "username": None, "country": "IL", "phone": "9725@@@@@@@@", "to": account,
        "senderName": "Dana", "type": "text", "body": text, "isForwarded": False, "media": False,
        "quote": False, "quoteUnique": False, "timestamp": str(int(time.time())), "conversationTimeLeft": "1440"}, ensure_ascii=False)


def cloud_webhook(text):
    """A webhook of WhatsApp's Cloud API, which pywa speaks."""
    contact = {"profile": {"name": "Dana"}, "wa_id": "9725@@@@@@@@", "user_id": "IL.16058@@@@@@@@"}
    message = {"from": "9725@@@@@@@@", "from_user_id": "IL.16058@@@@@@@@", "id": "wamid.bench##########",
               "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
    value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "1", "phone_number_id": "1"},
             "contacts": [contact], "messages": [message]}
    return json.dumps(
        {"object": "whatsapp_business_account",
         "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]}, ensure_ascii=False)
