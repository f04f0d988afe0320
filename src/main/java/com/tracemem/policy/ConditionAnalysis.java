package com.tracemem.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a condition before it runs: what it reads, what it compares, and what its cost depends on. */
final class ConditionAnalysis {
    private static final Set<String> BORDERS = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final Set<String> EQUALITIES = Set.of("_==_", "_!=_");
    /** What takes no longer with larger values, as long as they are numbers, texts or flags. */
    private static final Set<String> STEADY = Set.of(
            "_&&_", "_||_", "!_", "_?_:_", "_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_", "_-_", "_*_", "_/_", "_%_",
            "-_", "_+_");

    /** What goes on when one side of it fails, which takes longer than its parts do. */
    private static final Set<String> EITHER = Set.of("_&&_", "_||_");

    private static final int STEPS_OF_EITHER = 10;
    /** What reads a text as something else; the others are the parts of a time in a zone. */
    private static final Set<String> READING = Set.of("duration", "timestamp", "int", "uint", "double");

    private final CelAbstractSyntaxTree ast;
    private final List<Condition.Comparison> borders = new ArrayList<>();
    private final List<Condition.Comparison> equalities = new ArrayList<>();
    private final Set<String> mentioned = new HashSet<>();
    private final Map<Long, Integer> weights = new HashMap<>();
    private int parts;
    private int either;
    private int patternParts;
    private boolean metered;
    private @Nullable String problem;

    ConditionAnalysis(CelAbstractSyntaxTree ast, CelNavigableExpr root) {
        this.ast = ast;
        root.allNodes().forEach(node -> look(node.expr()));
    }

    /** What makes the condition unusable, or null. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Of all patterns together. */
    int patternParts() {
        return patternParts;
    }

    Condition condition(CelRuntime.Program program) {
        // beside a border, an equality says for whom the border is
        List<Condition.Comparison> comparisons = borders.isEmpty() ? equalities : borders;
        return new Condition(
                program, parts, parts + STEPS_OF_EITHER * either, comparisons, mentioned, metered, weights);
    }

    private void look(CelExpr expr) {
        parts++;
        switch (expr.exprKind().getKind()) {
            case SELECT -> {
                weights.putIfAbsent(expr.select().operand().id(), 0);
                inputOf(expr).ifPresent(mentioned::add);
            }
            case COMPREHENSION -> {
                metered = true;
                weights.putIfAbsent(expr.comprehension().iterRange().id(), 0);
            }
            case CALL -> look(expr.call(), expr.id());
            default -> {
                // constants and names are what the others are made of
            }
        }
    }

    private void look(CelExpr.CelCall call, long id) {
        if (BORDERS.contains(call.function())) {
            comparison(call).ifPresent(borders::add);
        } else if (EQUALITIES.contains(call.function())) {
            comparison(call).ifPresent(equalities::add);
        }
        metered |= !isSteady(call, id);
        if (EITHER.contains(call.function())) {
            either++;
        }
        if (READING.contains(call.function()) || call.function().startsWith("get")) {
            operands(call).forEach(operand -> weights.put(operand.id(), Meter.WEIGHT_OF_READING));
        }
        switch (call.function()) {
            case "matches" -> {
                CelExpr pattern = call.args().getLast();
                boolean literal = pattern.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && pattern.constant().getKind() == CelConstant.Kind.STRING_VALUE;
                String found = literal
                        ? Regexes.problem(pattern.constant().stringValue())
                        : "matches something with a pattern that is not written out; put the pattern in quotation marks";
                if (found != null) {
                    problem = problem == null ? found : problem;
                } else {
                    String text = pattern.constant().stringValue();
                    int size = Regexes.size(text);
                    patternParts += size;
                    operands(call).forEach(operand -> weights.put(operand.id(), Meter.weightOfMatching(size)));
                    // it is compiled each time
                    weights.put(pattern.id(), Meter.weightOfCompiling(size, text.length()));
                }
            }
            case "contains" -> operands(call).forEach(operand -> weights.put(operand.id(), Meter.WEIGHT_OF_SEARCHING));
            default -> {
                // looks at each character once at most
            }
        }
    }

    /** Whether a call costs the same whatever its operands hold. */
    private boolean isSteady(CelExpr.CelCall call, long id) {
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

    private Optional<Condition.Comparison> comparison(CelExpr.CelCall call) {
        if (call.args().size() != 2) {
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
}
