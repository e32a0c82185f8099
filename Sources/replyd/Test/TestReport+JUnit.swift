import Responder
import RuleFiles

extension TestReport {
    // MARK: JUnit

    var junit: String {
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuite name="replyd" tests="\#(results.count)" failures="\#(failureCount)">"#,
        ]
        for result in results {
            let test = result.test
            let head =
                #"  <testcase classname="\#((test.rule ?? test.place.file).xml)" name="\#(test.name.xml)" file="\#(test.place.file.xml)" line="\#(test.place.line)""#
            guard !result.failures.isEmpty else {
                lines.append(head + "/>")
                continue
            }
            lines.append(head + ">")
            for failure in result.failures {
                let text = ([failure.says] + failure.difference).joined(separator: "\n")
                let plain = Terminal.plainWhy(failure)
                lines.append(
                    #"    <failure message="\#(failure.difference.joined(separator: " ").xml)">\#((text + "\n" + plain).xml)</failure>"#
                )
            }
            lines.append("  </testcase>")
        }
        return (lines + ["</testsuite>"]).joined(separator: "\n")
    }
}

extension Terminal {
    /// Returns the reasons why a test failed, without colours and marks of direction.
    fileprivate static func plainWhy(_ failure: RuleTestResult.Failure) -> String {
        failure.why.filter(\.isMatch).map { "\($0.rule): \($0.because)" }.joined(separator: "\n")
    }
}

extension String {
    /// The text for XML, with its signs escaped and the characters that XML 1.0 does not allow replaced.
    var xml: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n": text += "&#10;"
            default:
                let isAllowed =
                    scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF || scalar == "\t"
                text.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return text
    }
}
