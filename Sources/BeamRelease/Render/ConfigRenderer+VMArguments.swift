/// `vm.args` and `remote.vm.args`: what `erl -args_file` reads.
extension ConfigRenderer {
    /// An arguments file with its values.
    ///
    /// A value stays within the word or the quotes of its placeholder, whatever it holds, and is empty as `""`. A placeholder
    /// alone on its line may be any number of words, which are taken as they are; new lines in it become spaces.
    ///
    /// - Parameter file: what problems call it.
    /// - Throws: ``RenderError`` with every variable that is missing or does not fit, and with quotes that never end.
    public func vmArguments(_ text: String, file: String) throws(RenderError) -> String {
        let bytes = Array(text.utf8)
        let scan = ArgumentsScan(bytes)
        var rendering = Rendering(bytes, file: file)
        fill(&rendering, scan.slots) { slot, value, result in
            ArgumentText.append(value, for: slot, to: &result)
        } isWhole: { slot, text in
            switch slot.setting {
            case .quotedWord(let mark, _): ArgumentsScan(text, from: .quotes(mark)).ends(in: .quotes(mark))
            default: ArgumentsScan(text).ends(in: .gap)
            }
        }
        if let quote = scan.openQuote { rendering.refuse(at: quote, "a quote that never ends") }
        if !rendering.problems.isEmpty { throw RenderError(problems: rendering.problems) }
        return String(decoding: rendering.result, as: UTF8.self)
    }
}
