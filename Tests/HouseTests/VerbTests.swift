import Testing

@Suite("the house: verbs")
struct VerbTests {
    @Test("every verb says its name: the library would make one of the type's, which takes it a third of a command's start")
    func named() throws {
        let opening = "CommandConfiguration("
        for file in try SourceFile.all(below: "Sources/BeamctlCommands") {
            for (index, line) in file.lines.enumerated() where SourceFile.code(line).contains(opening) {
                let rest = SourceFile.code(line).split(separator: "(", maxSplits: 1).last ?? ""
                let isNamed =
                    rest.hasPrefix("commandName:") || (file.lines.dropFirst(index + 1).first?.contains("commandName:") ?? false)
                #expect(isNamed, "\(file.path):\(index + 1): no commandName")
            }
        }
    }
}
