<?php
/* Plugin Name: Reservations */

// GET tells how many seats are taken on a day, POST takes some.
add_action('rest_api_init', function () {
    register_rest_route('tavern/v1', '/reservations', [
        [
            'methods' => 'GET',
            'permission_callback' => '__return_true',
            'callback' => function (WP_REST_Request $request) {
                global $wpdb;
                $day = $request['day'] ?? gmdate('Y-m-d');
                $taken = $wpdb->get_var($wpdb->prepare(
                    "SELECT COALESCE(SUM(people), 0) FROM {$wpdb->prefix}reservations WHERE day = %s",
                    $day
                ));
                return ['day' => $day, 'taken' => (int) $taken];
            },
        ],
        [
            'methods' => 'POST',
            'permission_callback' => '__return_true',
            'args' => [
                'name' => ['required' => true, 'type' => 'string', 'maxLength' => 80],
                'day' => ['required' => true, 'type' => 'string', 'format' => 'date'],
                'people' => ['required' => true, 'type' => 'integer', 'minimum' => 1, 'maximum' => 12],
            ],
            'callback' => function (WP_REST_Request $request) {
                global $wpdb;
                $row = ['name' => $request['name'], 'day' => $request['day'], 'people' => $request['people']];
                if (!$wpdb->insert("{$wpdb->prefix}reservations", $row)) {
                    return new WP_Error('not_saved', 'Please call us.', ['status' => 500]);
                }
                return new WP_REST_Response(['number' => $wpdb->insert_id] + $row, 201);
            },
        ],
    ]);
});
