"""A bot of twenty rules on pywa, for uvicorn: `python pywa_bot.py sync|async PORT PROVIDER_PORT`."""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import texts

kind, port, provider = sys.argv[1:]
if kind == "async":
    from pywa_async import WhatsApp, filters
else:
    from pywa import WhatsApp, filters
import uvicorn
from starlette.applications import Starlette

server = Starlette()
bot = WhatsApp(
    phone_id="1", token="token", server=server, verify_token="verify", validate_updates=False, webhook_endpoint="/")
bot.api._session.base_url = f"http://127.0.0.1:{provider}"


def add(pattern, reply):
    import re

    numbered = re.compile(pattern) if "{number}" in reply else None

    def text(message):
        return reply.format(number=numbered.match(message.text)["number"]) if numbered else reply

    if kind == "async":
        async def answer(_, message):
            await message.reply_text(text(message), quote=True)
    else:
        def answer(_, message):
            message.reply_text(text(message), quote=True)
    bot.on_message(filters.regex(pattern))(answer)


for pattern, reply in texts.shop_patterns():
    add(pattern, reply)
uvicorn.run(server, host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
