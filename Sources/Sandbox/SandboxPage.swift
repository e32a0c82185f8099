import Responder

/// The sandbox's page: the received sends, the planned faults, and a form to write as a contact.
enum SandboxPage {
    private static let types = MessageType.known.map { "<option>\($0.rawValue)</option>" }.joined()
    private static let typesWithBody =
        MessageType.known.filter(\.hasBody).map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>replyd sandbox</title>
        <style>
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #1a7f37; --bad: #c62828; }
        @media (prefers-color-scheme: dark) { :root { --good: #57d977; --bad: #ff8a80; } }
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .6rem; }
        p { margin: .2rem 0 1rem; opacity: .8; }
        form { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem; align-items: end; }
        label { display: grid; gap: .2rem; font-size: .85rem; }
        .wide { grid-column: 1 / -1; }
        input, select, button { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; width: 100%; }
        button { background: #0b6e4f; color: white; border: 0; cursor: pointer; }
        ol { list-style: none; padding: 0; margin: 0; display: grid; gap: .5rem; }
        li { border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; background: var(--soft); overflow-wrap: anywhere; }
        .meta { display: flex; flex-wrap: wrap; gap: .2rem .8rem; font-size: .8rem; opacity: .85; }
        .text { white-space: pre-wrap; margin-top: .2rem; unicode-bidi: plaintext; text-align: start; }
        .choices { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .5rem; } .choices button { width: auto; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        output { font-size: .85rem; }
        </style>
        </head>
        <body>
        <h1>replyd sandbox</h1>
        <p>Stands in for Meta, 99digital and 019sms on this machine. Nothing here reaches WhatsApp.</p>
        <h2>Write as a contact</h2>
        <form id="say">
          <label>to account <select name="account" id="account" required></select></label>
          <label>from contact <input name="from" required value="972501234567"></label>
          <label>name <input name="name" dir="auto"></label>
          <label>sent how long ago <input name="ago" placeholder="now, or 25h"></label>
          <label>type <select name="type">\(types)</select></label>
          <label class="wide">text, or caption <input name="text" dir="auto"></label>
          <button>Send</button> <output id="said" role="status"></output>
        </form>
        <h2>What is to go wrong</h2>
        <form id="fault">
          <label>fault <select name="kind">
            <option value="">nothing</option>
            <option value='{"reason":2}'>reason 2: unknown account</option><option value='{"reason":3}'>reason 3: wrong key</option>
            <option value='{"reason":4}'>reason 4: bad address</option><option value='{"reason":5}'>reason 5: empty body</option>
            <option value='{"reason":6}'>reason 6: try again</option><option value='{"reason":7}'>reason 7: window shut</option>
            <option value='{"reason":8}'>reason 8: first message</option><option value='{"status":503}'>HTTP 503</option>
            <option value='{"delay":"3s"}'>answer after 3 s</option><option value='{"hang":true}'>never answer</option>
            <option value='{"reset":true}'>reset the connection</option><option value='{"lost":true}'>accept, lose the answer</option>
            <option value='{"garbled":true}'>accept, garble the answer</option><option value='{"late":7}'>accept, fail later (7)</option>
            <option value='{"strings":true}'>numbers as strings</option>
            <option value='{"reason":131047}'>Meta 131047: window shut</option><option value='{"late":131047}'>Meta: accept, fail later (131047)</option>
            <option value='{"reason":131056}'>Meta 131056: too many to one contact</option><option value='{"reason":130429}'>Meta 130429: too fast</option>
            <option value='{"reason":190}'>Meta 190: token expired</option><option value='{"reason":131000}'>Meta 131000: in doubt</option>
            <option value='{"late":131026}'>Meta: accept, fail later (131026)</option>
          </select></label>
          <label>times (0: for ever) <input name="times" type="number" min="0" value="1"></label>
          <button>Set</button> <output id="plan" role="status"></output>
        </form>
        <h2>Received sends</h2>
        <ol id="received" aria-live="polite"></ol>
        <script>
        const $ = id => document.getElementById(id);
        const post = (path, body) => fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)}).then(r => r.json());
        const span = (text, name) => { const e = document.createElement("span"); e.textContent = text; if (name) e.className = name; return e; };
        $("say").onsubmit = async event => {
          event.preventDefault();
          const fields = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value));
          if (![\(typesWithBody)].includes(fields.type)) { fields.caption = fields.text; delete fields.text; }
          const answer = await post("/sandbox/say", fields);
          $("said").textContent = answer.error || (answer.status === 200 ? "replyd took it" : "replyd answered " + (answer.status ?? "nothing"));
          refresh();
        };
        $("fault").onsubmit = async event => {
          event.preventDefault();
          const {kind, times} = Object.fromEntries(new FormData(event.target));
          const plan = await post("/sandbox/faults", kind ? [{...JSON.parse(kind), times: Number(times)}] : []);
          $("plan").textContent = plan.length ? "will go wrong" : "nothing will go wrong";
        };
        fetch("/sandbox/accounts").then(r => r.json()).then(list => $("account").replaceChildren(...list.map(number => new Option(number))));
        const offered = send => {
          const action = send.request?.interactive?.action;
          if (!action) return [];
          const buttons = (action.buttons || []).map(each => ({...each.reply, type: "button"}));
          const rows = (action.sections || []).flatMap(part => part.rows).map(row => ({...row, type: "list"}));
          return [...buttons, ...rows];
        };
        let shown = -1;
        async function refresh() {
          const list = await fetch("/sandbox/received").then(r => r.json()).catch(() => null);
          if (!list || list.length === shown) return;
          shown = list.length;
          $("received").replaceChildren(...list.slice(-200).reverse().map(send => {
            const item = document.createElement("li"), meta = document.createElement("div"), text = document.createElement("div");
            meta.className = "meta"; text.className = "text"; text.dir = "auto";
            meta.append(span(new Date(send.received_at).toLocaleTimeString()), span(send.provider), span(send.from + " → " + send.to), span(send.kind),
              span(send.accepted ? "accepted" : send.reason ? "refused: reason " + send.reason : "not taken", send.accepted ? "good" : "bad"));
            if (send.reply_to) meta.append(span("quotes " + send.reply_to.slice(0, 8) + "…"));
            text.textContent = [send.text, ...send.variables].join("\\n");
            item.append(meta, text);
            const choices = document.createElement("div");
            choices.className = "choices";
            for (const {id, title, type} of offered(send)) {
              const button = document.createElement("button");
              button.type = "button"; button.textContent = title; button.dir = "auto";
              button.onclick = () => post("/sandbox/say", {account: send.from, from: send.to, type, text: title, choice: id, quote: send.unique}).then(refresh);
              choices.append(button);
            }
            if (choices.children.length) item.append(choices);
            return item;
          }));
        }
        refresh(); setInterval(refresh, 1500);
        </script>
        </body>
        </html>
        """
}
