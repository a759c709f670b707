"""Words for simulated people, in languages with and without spaces, and a spammer's templates."""

import random

_WORDS = {
    "en": "morning coffee river garden walk rain library music letter train window bread neighbour football winter evening "
    "photograph mountain cat recipe market bicycle story friend school holiday theatre chess bird sunset lovely tired late "
    "finally again always never beautiful strange quiet noisy old new found lost made saw heard thought read wrote played",
    "de": "Morgen Kaffee Fluss Garten Spaziergang Regen Bibliothek Musik Brief Zug Fenster Brot Nachbarin Winter Abend Foto "
    "Berg Katze Rezept Markt Fahrrad Geschichte Freund Schule Urlaub Theater Schach Vogel endlich wieder immer nie schön "
    "seltsam leise laut alt neu gefunden verloren gemacht gesehen gehört gedacht gelesen geschrieben gespielt müde spät",
    "es": "mañana café río jardín paseo lluvia biblioteca música carta tren ventana pan vecina invierno tarde fotografía "
    "montaña gato receta mercado bicicleta historia amigo escuela vacaciones teatro ajedrez pájaro por fin otra vez siempre "
    "nunca hermoso extraño tranquilo ruidoso viejo nuevo encontré perdí hice vi oí pensé leí escribí jugué cansado",
    "ar": "صباح قهوة نهر حديقة مشي مطر مكتبة موسيقى رسالة قطار نافذة خبز جارة شتاء مساء صورة جبل قطة وصفة سوق دراجة قصة "
    "صديق مدرسة عطلة مسرح شطرنج طائر أخيرا مرة دائما أبدا جميل غريب هادئ قديم جديد وجدت فقدت صنعت رأيت سمعت قرأت كتبت",
    "ja": "今朝 珈琲 川 庭 散歩 雨 図書館 音楽 手紙 電車 窓 麺麭 隣人 冬 夕方 写真 山 猫 料理 市場 自転車 物語 友達 学校 休暇 劇場 将棋 鳥 "
    "やっと また いつも きれい 不思議 静か 古い 新しい 見つけた なくした 作った 見た 聞いた 思った 読んだ 書いた 遊んだ 疲れた",
}
WORDS = {language: words.split() for language, words in _WORDS.items()}
LANGUAGES = tuple(WORDS)
GREETINGS = {
    "en": "Good morning everyone!",
    "de": "Guten Morgen zusammen!",
    "es": "¡Buenos días a todos!",
    "ar": "صباح الخير للجميع",
    "ja": "おはようございます、みなさん",
}


def said(random_source: random.Random, language: str) -> str:
    """Something a person might say: 3 to 24 words."""
    words = random_source.choices(WORDS[language], k=min(24, 3 + int(random_source.expovariate(0.15))))
    text = ("" if language == "ja" else " ").join(words)
    return text[:1].upper() + text[1:]


def advertised(random_source: random.Random, template: str) -> str:
    """A template with a word and a link changed, as spammers do to pass for new."""
    return f"{template} {random_source.choice(['Hurry', 'Today', 'Now', 'Free'])}! https://deal.example/{random_source.randrange(10**6)}"


def template_of(random_source: random.Random, language: str) -> str:
    """What one spammer says over and over."""
    joined = ("" if language == "ja" else " ").join(random_source.choices(WORDS[language], k=9))
    return f"{joined} -70%"
