/// Puts the values of variables into the configuration files of a release: `sys.config`, `vm.args`, `remote.vm.args`.
///
/// `${NAME}` and `${NAME:-default}` are replaced, once: a value is never looked at for placeholders. The default holds when the
/// variable is unset or empty; it ends at the first `}`, on the same line, and goes in as it is written. Without one, an unset
/// variable is a problem. A value is escaped for the place where it goes, so it cannot be more there than a value. `\${NAME}`,
/// and what stands in comments, stays as it is.
///
/// Time and memory grow with the length of the file and the result, which may have at most ``Consult/longestText`` bytes.
public struct ConfigRenderer: Sendable {
    private let variables: [String: String]

    /// A renderer that knows these variables and no others.
    public init(variables: [String: String]) {
        self.variables = variables
    }

    /// The placeholders of a `sys.config`, in order.
    public static func placeholders(inSystemConfig text: String) -> [Placeholder] {
        let bytes = Array(text.utf8)
        return SystemConfigScan.slots(in: bytes).map { $0.placeholder(in: bytes) }
    }

    /// The placeholders of a `vm.args`, in order.
    public static func placeholders(inVMArguments text: String) -> [Placeholder] {
        let bytes = Array(text.utf8)
        return ArgumentsScan(bytes).slots.map { $0.placeholder(in: bytes) }
    }

    private static let brokenDefault = "its default ends within a quote, an escape or a comment, or ends the quotes around it"

    private static func unset(_ slot: Slot) -> String { "it is not set, and has no default: ${\(slot.name):-…} would be one" }

    /// Goes through the slots in order. `value` writes a value, or says what is wrong; `isWhole` judges a default.
    func fill(
        _ rendering: inout Rendering, _ slots: [Slot],
        value: (Slot, String, inout [UInt8]) -> String?, isWhole: (Slot, [UInt8]) -> Bool
    ) {
        for slot in slots {
            let own = variables[slot.name]
            rendering.replace(slot) { [original = rendering.original] bytes in
                if case .numbers(let numbers) = slot.setting {
                    let isUnset = own?.isEmpty ?? true
                    guard let text = isUnset ? numbers.defaultText ?? own : own else { return Self.unset(slot) }
                    return ErlangText.append(text, in: numbers, to: &bytes)
                }
                if let range = slot.defaultText, own?.isEmpty ?? true {
                    let text = Array(original[range])
                    bytes += text
                    return isWhole(slot, text) ? nil : Self.brokenDefault
                }
                guard let own else { return Self.unset(slot) }
                return value(slot, own, &bytes)
            }
            if rendering.isTooLong {
                return rendering.refuse(slot, "with its value, the file is longer than \(Rendering.longest) bytes")
            }
        }
        rendering.finish()
    }
}
