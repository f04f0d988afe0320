package com.tracemem.policy;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes programs of conditions in CEL (<a href="https://cel.dev">Common Expression Language</a>). What {@code inputs} and
 * {@code decision} hold is declared, so that a name that is not there, or a comparison that makes no sense, is found
 * before anything is published.
 */
final class Conditions {
    static final int DEEPEST = 32;
    static final int MOST_NODES = 500;
    static final int MOST_STEPS = 1_000;
    private static final int LONGEST_REASON = 300;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(DocumentReader.LONGEST_CONDITION)
            .maxParseRecursionDepth(DEEPEST)
            .comprehensionMaxIterations(MOST_STEPS)
            .maxRegexProgramSize(10_000)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private static final Set<String> COMPARISONS = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final Set<String> SEARCHES = Set.of("matches", "contains");
    /** What takes no longer with larger values, as long as they are numbers, texts or flags. */
    private static final Set<String> STEADY = Set.of(
            "_&&_", "_||_", "!_", "_?_:_", "_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_", "_-_", "_*_", "_/_", "_%_",
            "-_", "_+_");

    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern UNDEFINED = Pattern.compile("undefined field '([^']*)'.*", Pattern.DOTALL);
    private static final Pattern OVERLOAD =
            Pattern.compile("found no matching overload for '([^']*)' applied to '([^']*)'.*", Pattern.DOTALL);
    private static final List<String> NAMES = List.of("inputs", "decision");

    private final CelCompiler compiler;
    private final Problems problems;
    private final Map<String, Set<String>> fieldsOfTypes = new HashMap<>();

    Conditions(Shape.Fields inputs, Problems problems) {
        this.problems = problems;
        Map<String, CelType> types = new LinkedHashMap<>();
        CelType inputsType = type(inputs, types);
        CelType decisionType = type(DecisionFacts.SHAPE, types);
        this.compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(new DeclaredTypes(ImmutableMap.copyOf(types)))
                .addVar("inputs", inputsType)
                .addVar("decision", decisionType)
                .build();
    }

    private record DeclaredTypes(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return byName.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }

    private CelType type(Shape shape, Map<String, CelType> types) {
        return switch (shape) {
            case Shape.Decimal decimal -> SimpleType.DOUBLE;
            case Shape.Whole whole -> SimpleType.INT;
            case Shape.Text text -> SimpleType.STRING;
            case Shape.Flag flag -> SimpleType.BOOL;
            case Shape.Anything anything -> SimpleType.DYN;
            case Shape.OpenObject open -> MapType.create(SimpleType.STRING, SimpleType.DYN);
            case Shape.ListOf list -> ListType.create(type(list.item(), types));
            case Shape.Fields fields -> {
                ImmutableMap.Builder<String, CelType> declared = ImmutableMap.builder();
                fields.fields().forEach((name, field) -> declared.put(name, type(field, types)));
                ImmutableMap<String, CelType> fieldTypes = declared.buildOrThrow();
                fieldsOfTypes.put(fields.name(), fields.fields().keySet());
                StructType struct = StructType.create(
                        "policy." + fields.name(),
                        fieldTypes.keySet(),
                        name -> Optional.ofNullable(fieldTypes.get(name)));
                types.put(struct.name(), struct);
                yield struct;
            }
        };
    }

    /** Empty when something is wrong with it, which is in the problems then. */
    Optional<Condition> compile(String condition, String path) {
        CelValidationResult result = compiler.compile(condition);
        if (result.hasError()) {
            result.getErrors().stream().limit(10).forEach(issue -> report(issue, condition, path));
            return Optional.empty();
        }
        try {
            CelAbstractSyntaxTree ast = result.getAst();
            CelNavigableExpr root = CelNavigableAst.fromAst(ast).getRoot();
            if (!withinLimits(root, path)) {
                return Optional.empty();
            }
            if (!ast.getResultType().equals(SimpleType.BOOL)) {
                problems.add(
                        path,
                        "gives " + typeName(ast.getResultType().name())
                                + " instead of true or false; compare it with something");
                return Optional.empty();
            }
            return condition(ast, root, path);
        } catch (CelValidationException | CelEvaluationException unusable) {
            problems.add(path, "cannot be used as a condition; write it more simply");
            return Optional.empty();
        }
    }

    private boolean withinLimits(CelNavigableExpr root, String path) {
        long nodes = root.allNodes().limit(MOST_NODES + 1L).count();
        if (nodes > MOST_NODES) {
            problems.add(path, "has more than " + MOST_NODES + " parts; split it into several rules");
        } else if (root.height() > DEEPEST) {
            problems.add(path, "is nested deeper than " + DEEPEST + " levels; split it into several rules");
        } else {
            return true;
        }
        return false;
    }

    private Optional<Condition> condition(CelAbstractSyntaxTree ast, CelNavigableExpr root, String path)
            throws CelEvaluationException {
        List<Condition.Comparison> comparisons = new ArrayList<>();
        Set<String> mentioned = new HashSet<>();
        Set<Long> cheap = new HashSet<>();
        Set<Long> dear = new HashSet<>();
        boolean metered = false;
        for (CelNavigableExpr node : (Iterable<CelNavigableExpr>) root.allNodes()::iterator) {
            CelExpr expr = node.expr();
            switch (expr.exprKind().getKind()) {
                case SELECT -> {
                    cheap.add(expr.select().operand().id());
                    inputOf(expr).ifPresent(mentioned::add);
                }
                case COMPREHENSION -> {
                    metered = true;
                    cheap.add(expr.comprehension().iterRange().id());
                }
                case CALL -> {
                    CelExpr.CelCall call = expr.call();
                    comparison(call, ast).ifPresent(comparisons::add);
                    if (call.function().equals("matches") && !checkPattern(call, path)) {
                        return Optional.empty();
                    }
                    if (SEARCHES.contains(call.function())) {
                        operands(call).forEach(operand -> dear.add(operand.id()));
                    }
                    metered |= !isSteady(call, expr.id(), ast);
                }
                default -> {
                    // constants and names are what the others are made of
                }
            }
        }
        return Optional.of(new Condition(RUNTIME.createProgram(ast), comparisons, mentioned, metered, cheap, dear));
    }

    /** Whether a call costs the same whatever its operands hold. */
    private static boolean isSteady(CelExpr.CelCall call, long id, CelAbstractSyntaxTree ast) {
        if (call.function().equals("@in")) {
            return call.args().getLast().exprKind().getKind() == CelExpr.ExprKind.Kind.LIST
                    && isScalar(ast.getTypeOrThrow(call.args().getFirst().id()));
        }
        boolean grows = call.function().equals("_+_") && !isNumeric(ast.getTypeOrThrow(id));
        return STEADY.contains(call.function())
                && !grows
                && call.args().stream().allMatch(operand -> isScalar(ast.getTypeOrThrow(operand.id())));
    }

    private static boolean isScalar(CelType type) {
        return isNumeric(type) || type.equals(SimpleType.STRING) || type.equals(SimpleType.BOOL);
    }

    private static boolean isNumeric(CelType type) {
        return type.equals(SimpleType.INT) || type.equals(SimpleType.DOUBLE) || type.equals(SimpleType.UINT);
    }

    private boolean checkPattern(CelExpr.CelCall call, String path) {
        CelExpr pattern = call.args().getLast();
        boolean literal = pattern.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && pattern.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        String problem = literal
                ? Regexes.problem(pattern.constant().stringValue())
                : "matches something with a pattern that is not written out; put the pattern in quotation marks";
        if (problem != null) {
            problems.add(path, problem);
        }
        return problem == null;
    }

    private static List<CelExpr> operands(CelExpr.CelCall call) {
        List<CelExpr> operands = new ArrayList<>(call.args());
        call.target().ifPresent(operands::add);
        return operands;
    }

    private static Optional<String> inputOf(CelExpr expr) {
        return expr.exprKind().getKind() == CelExpr.ExprKind.Kind.SELECT
                        && expr.select().operand().exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT
                        && expr.select().operand().ident().name().equals("inputs")
                ? Optional.of(expr.select().field())
                : Optional.empty();
    }

    private static Optional<Condition.Comparison> comparison(CelExpr.CelCall call, CelAbstractSyntaxTree ast) {
        if (!COMPARISONS.contains(call.function()) || call.args().size() != 2) {
            return Optional.empty();
        }
        CelExpr left = call.args().get(0);
        CelExpr right = call.args().get(1);
        boolean inputFirst = inputOf(left).isPresent();
        CelExpr input = inputFirst ? left : right;
        OptionalDouble value = number(inputFirst ? right : left);
        return inputOf(input).isPresent() && value.isPresent() && isNumeric(ast.getTypeOrThrow(input.id()))
                ? Optional.of(new Condition.Comparison(inputOf(input).get(), value.getAsDouble()))
                : Optional.empty();
    }

    private static OptionalDouble number(CelExpr expr) {
        if (expr.exprKind().getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
            return OptionalDouble.empty();
        }
        CelConstant constant = expr.constant();
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> OptionalDouble.of(constant.doubleValue());
            case INT64_VALUE -> OptionalDouble.of((double) constant.int64Value());
            case UINT64_VALUE -> OptionalDouble.of(constant.uint64Value().doubleValue());
            default -> OptionalDouble.empty();
        };
    }

    private void report(CelIssue issue, String condition, String path) {
        int line = issue.getSourceLocation().getLine();
        int column = issue.getSourceLocation().getColumn();
        String message = explained(issue.getMessage(), condition, line, column);
        if (line < 1) {
            problems.add(path, message);
        } else {
            // CEL counts columns from 0, and points a selection at its dot
            boolean atDot = UNDEFINED.matcher(issue.getMessage()).matches() && charAt(condition, line, column) == '.';
            problems.addWithin(path, line, column + (atDot ? 2 : 1), message);
        }
    }

    private String explained(String message, String condition, int line, int column) {
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            String name = undeclared.group(1);
            String suggestion = fieldsOfTypes.getOrDefault("inputs", Set.of()).contains(name)
                    ? "; did you mean 'inputs." + name + "'?"
                    : Suggestion.of(name, NAMES);
            return "knows no '" + shortened(name) + "'" + suggestion;
        }
        Matcher undefined = UNDEFINED.matcher(message);
        if (undefined.matches()) {
            String name = undefined.group(1);
            String owner = ownerBefore(condition, line, column);
            Set<String> fields = owner == null ? null : fieldsOfTypes.get(owner);
            return "knows no field '" + shortened(name) + "'"
                    + (owner == null ? "" : " of " + owner)
                    + (fields == null ? "" : Suggestion.of(name, fields));
        }
        Matcher overload = OVERLOAD.matcher(message);
        if (overload.matches()) {
            String operator = overload.group(1).replace("_", "").replace("@", "");
            String operands = shortened(overload.group(2));
            boolean mixed = operands.contains("int") && operands.contains("double");
            return "cannot use " + operator + " with " + operands
                    + (mixed ? "; write whole numbers as 2.0 to calculate with decimal ones" : "");
        }
        if (message.contains("recursion limit")) {
            return "is nested deeper than " + DEEPEST + " levels; split it into several rules";
        }
        String first = message.lines().findFirst().orElse("").replaceAll(" expecting \\{.*", "");
        return "is not CEL that can be read: " + shortened(first.replace("'<EOF>'", "the end"));
    }

    /** {@code inputs.customer} when the text before the dot at a place says so. */
    private static @Nullable String ownerBefore(String condition, int line, int column) {
        String text = condition.lines().skip(Math.max(line - 1L, 0)).findFirst().orElse("");
        String before = text.substring(0, Math.clamp(column, 0, text.length()));
        Matcher owner = Pattern.compile("((?:inputs|decision)(?:\\.\\w+)*)$").matcher(before);
        if (owner.find()) {
            return owner.group(1);
        }
        // has(inputs.x) is reported at its bracket
        Matcher within = Pattern.compile("^\\(\\s*((?:inputs|decision)(?:\\.\\w+)*)\\.\\w+\\s*\\)")
                .matcher(text.substring(Math.clamp(column, 0, text.length())));
        return within.find() ? within.group(1) : null;
    }

    private static char charAt(String condition, int line, int column) {
        String text = condition.lines().skip(line - 1L).findFirst().orElse("");
        return column >= 0 && column < text.length() ? text.charAt(column) : ' ';
    }

    private static String typeName(String name) {
        return switch (name) {
            case "string" -> "text";
            case "int", "double", "uint" -> "a number";
            case "list" -> "a list";
            case "map" -> "an object";
            case "dyn" -> "a value of unknown type";
            default -> shortened(name);
        };
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }
}
