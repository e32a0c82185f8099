import JSONText
import Responder

extension Changes {
    /// The changes as JSON, without empty members.
    var json: String {
        JSONWriter.object { json in
            if !self.set.isEmpty { json.member("set") { $0.object { $0.write(self.set) } } }
            if !unset.isEmpty { json.member("unset") { $0.array(unset) { $0.text($1) } } }
            if !tag.isEmpty { json.member("tag") { $0.array(tag) { $0.text($1) } } }
            if !untag.isEmpty { json.member("untag") { $0.array(untag) { $0.text($1) } } }
            if let pausedUntil { json.member("pausedUntil", pausedUntil) }
            if let pausedBy { json.member("pausedBy", pausedBy) }
            if let optedOut { json.member("optedOut", optedOut) }
            if !answered.isEmpty { json.member("answered") { $0.array(answered) { $0.text($1) } } }
            if !turns.isEmpty { json.member("turns") { $0.object { $0.write(turns) } } }
            if let menu { json.member("menu") { $0.write(menu) } }
            if hasAnswer { json.member("hasAnswer", true) }
        }
    }
}
