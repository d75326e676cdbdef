import ArgumentParser
import Reporting

/// Prints the JSON Schema of inventories.
struct SchemaCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of inventories, for editors.",
        usage: "deploy schema",
        discussion: """
            An editor with a YAML language server completes and checks an inventory whose
            first line names the schema:

              # yaml-language-server: $schema=.deploy/schema.json

            Examples:
              deploy schema > .deploy/schema.json
            """)

    func perform(_ console: Console) async throws -> ExitCode {
        console.output.write(InventorySchemaText.json.indentedText)
        return .success
    }
}
